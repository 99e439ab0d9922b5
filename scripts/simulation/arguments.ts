import { parseArgs } from "node:util";
import { SCENARIOS, type Scenario } from "@/lib/domain/simulation/scenario";

export type SimulateArguments = {
  /** Origin of the server, without a trailing slash. */
  url: string;
  token: string;
  /** Events per second on average. */
  rate: number;
  keys: number;
  scenario: Scenario;
  /** Length of the live run; null runs until it is stopped. */
  durationMs: number | null;
  seed: string;
  /** History sent first. */
  backfillMs: number;
};

export const USAGE = `Usage: npm run simulate -- --url URL --token TOKEN [options]

  --url URL         the Keygauge server, such as http://localhost:3000
  --token TOKEN     the ingest token of a source
  --rate R          events per second on average (default 10)
  --keys K          number of simulated keys (default 8)
  --scenario NAME   ${SCENARIOS.join(", ")} (default steady)
  --duration S      seconds to run; until Ctrl-C when absent
  --seed N          the same seed simulates the same keys (default: a random one, printed)
  --backfill H      first send H hours of history, as fast as the server takes it`;

/** What is wrong with the command line, a line for each argument. */
export class ArgumentError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "ArgumentError";
  }
}

const OPTIONS = {
  url: { type: "string" },
  token: { type: "string" },
  rate: { type: "string" },
  keys: { type: "string" },
  scenario: { type: "string" },
  duration: { type: "string" },
  seed: { type: "string" },
  backfill: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

/** Parses the command line; null asks for the usage text. Throws ArgumentError that names each wrong argument. */
export function parseSimulateArguments(
  argv: readonly string[],
  randomSeed: string,
): SimulateArguments | null {
  const problems: string[] = [];
  let values: Partial<Record<keyof typeof OPTIONS, string | boolean>>;
  try {
    values = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: false }).values;
  } catch (error) {
    throw new ArgumentError([error instanceof Error ? error.message : String(error)]);
  }
  if (values.help) return null;

  const text = (name: keyof typeof OPTIONS) => {
    const value = values[name];
    return typeof value === "string" ? value.trim() : undefined;
  };
  const number = (name: keyof typeof OPTIONS, fallback: number, min: number, max: number, whole = false) => {
    const given = text(name);
    if (given === undefined) return fallback;
    const value = given === "" ? Number.NaN : Number(given);
    if (value >= min && value <= max && (!whole || Number.isInteger(value))) return value;
    problems.push(`--${name} expects a ${whole ? "whole " : ""}number from ${min} to ${max}, got "${given}"`);
    return fallback;
  };

  const url = text("url") ?? "";
  const origin = originOf(url);
  if (origin === null) {
    problems.push(
      `--url expects the server's address, such as http://localhost:3000${url && `, got "${url}"`}`,
    );
  }
  const token = text("token") ?? "";
  if (token === "")
    problems.push("--token expects the ingest token of a source (Sources page, or KEYGAUGE_INGEST_TOKEN)");

  const scenario = text("scenario") ?? "steady";
  if (!isScenario(scenario)) {
    problems.push(`--scenario expects one of ${SCENARIOS.join(", ")}, got "${scenario}"`);
  }
  const rate = number("rate", 10, 0.001, 100_000);
  const keys = number("keys", 8, 1, 20_000, true);
  const duration = text("duration") === undefined ? null : number("duration", 0, 0.1, 31_536_000);
  const backfill = number("backfill", 0, 0, 24 * 400);
  if (problems.length > 0 || origin === null || !isScenario(scenario)) throw new ArgumentError(problems);

  return {
    url: origin,
    token,
    rate,
    keys,
    scenario,
    durationMs: duration === null ? null : duration * 1000,
    seed: text("seed") || randomSeed,
    backfillMs: backfill * 3_600_000,
  };
}

function originOf(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const parsed = new URL(url);
  if (parsed.protocol !== "http:" && parsed.protocol !== "https:") return null;
  return (parsed.origin + parsed.pathname).replace(/\/+$/, "");
}

function isScenario(name: string): name is Scenario {
  return (SCENARIOS as readonly string[]).includes(name);
}
