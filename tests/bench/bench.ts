import { parseArgs } from "node:util";
import { backtest } from "./backtest";
import { consoleBench } from "./console";
import { crossing } from "./crossing";
import { crossingAtOnce } from "./crossing-at-once";
import { GENERATOR_FLAG, generate } from "./generator";
import { HANDLER_FLAG, handle } from "./handlers";
import { hotKey } from "./hot-key";
import { ingestBatch, ingestPlain } from "./ingest-batch";
import { ackLatency, ingestSingle } from "./ingest-single";
import { memory } from "./memory";
import { type Measurement, report } from "./report";
import { storage } from "./storage";
import { abandon } from "./subject";
import { usageQuery } from "./usage-query";

interface Options {
  runs: number;
  /** How long `memory` lasts. */
  minutes: number;
  /** How many stored events `console` has. */
  events: number;
}

const BENCHMARKS: Record<string, (options: Options) => Promise<Measurement[]>> = {
  ingest_batch: ingestBatch,
  ingest_plain: ingestPlain,
  ingest_single: ingestSingle,
  ack_latency: ackLatency,
  hot_key: hotKey,
  usage_query: usageQuery,
  backtest,
  console: consoleBench,
  storage,
  crossing,
  crossing_at_once: crossingAtOnce,
  memory,
};
/** Run only when it is asked for: it takes minutes. */
const LONG = "memory";

/**
 * `npm run bench [-- NAME] [--runs N] [--minutes N] [--events N]`: one benchmark, those whose names begin with NAME (`ingest`), or all
 * of them but the long one, one after the other.
 */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      runs: { type: "string", default: "3" },
      minutes: { type: "string", default: "10" },
      events: { type: "string", default: "5000000" },
    },
  });
  const [name] = positionals;
  const wanted = Object.keys(BENCHMARKS).filter((one) =>
    name === undefined ? one !== LONG : one === name || one.startsWith(`${name}_`),
  );
  if (wanted.length === 0) {
    process.stderr.write(
      `There is no benchmark "${name}". There are: ${Object.keys(BENCHMARKS).join(", ")}.\n`,
    );
    return 1;
  }
  const options = {
    runs: count("runs", values.runs),
    minutes: count("minutes", values.minutes),
    events: count("events", values.events),
  };
  for (const [one, run] of Object.entries(BENCHMARKS)) {
    if (wanted.includes(one)) report(one, await run(options));
  }
  return 0;
}

function count(option: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new Error(`--${option}: expected a whole number of 1 or more, got ${text}`);
}

const [flag, argument] = process.argv.slice(2);
if (flag === GENERATOR_FLAG) generate();
else if (flag === HANDLER_FLAG) handle(argument);
else {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void abandon().finally(() => process.exit(130)));
  }
  try {
    process.exitCode = await main();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
