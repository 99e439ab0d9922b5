import { crossing } from "./crossing";
import { GENERATOR_FLAG, generate } from "./generator";
import { ingest } from "./ingest";
import { type Measurement, report } from "./report";
import { abandon } from "./subject";

const BENCHMARKS: Record<string, () => Promise<Measurement[]>> = { ingest, crossing };

/** `npm run bench [-- NAME]`: one benchmark, or all of them one after the other. */
async function main(name: string | undefined): Promise<number> {
  if (name !== undefined && BENCHMARKS[name] === undefined) {
    process.stderr.write(
      `There is no benchmark "${name}". There are: ${Object.keys(BENCHMARKS).join(", ")}.\n`,
    );
    return 1;
  }
  for (const [one, run] of Object.entries(BENCHMARKS)) {
    if (name !== undefined && name !== one) continue;
    report(one, await run());
  }
  return 0;
}

if (process.argv[2] === GENERATOR_FLAG) generate();
else {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void abandon().finally(() => process.exit(130)));
  }
  try {
    process.exitCode = await main(process.argv[2]);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
