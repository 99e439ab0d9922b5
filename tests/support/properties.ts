import { configureGlobal, readConfigureGlobal } from "fast-check";

/**
 * The same commit gets the same verdict: properties run on the same values each time. A hunt for rare ones sets
 * `FC_SEED` to a number of its own and `FC_RUNS` to how many values each property gets that names no number.
 */
const number = (name: string) => (process.env[name] ? Number(process.env[name]) : undefined);

configureGlobal({
  ...readConfigureGlobal(),
  seed: number("FC_SEED") ?? 20_261_126,
  numRuns: number("FC_RUNS"),
});
