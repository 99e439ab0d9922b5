import { memoryOf } from "@/tests/support/processes";
import { startGenerator } from "./generator";
import { BATCH } from "./ingest-batch";
import { type Measurement, quantile, type Run } from "./report";
import { startUsage, withServer } from "./subject";

const KEYS = 10_000;
const EVERY_MS = 1_000;
/** What growth over the last half is within the noise of a garbage-collected heap, as a fraction of its mean. */
const FLAT = 0.05;

interface MemoryRun extends Run {
  /** Resident memory of the server in bytes, once a second. */
  samples: number[];
  rate: number;
}

/** Resident memory of the server under full load for some minutes: its highest, and how it changes over the last half. */
export function memory({ minutes }: { minutes: number }): Promise<Measurement[]> {
  return withServer({}, async (subject) => {
    const { server } = subject;
    const generator = await startGenerator({
      seed: "memory",
      batch: BATCH.batch,
      keys: KEYS,
      distribution: "zipf",
      requests: 100,
    });
    const samples: number[] = [];
    const timer = setInterval(() => samples.push(memoryOf(server.pid).now), EVERY_MS);
    try {
      const usage = startUsage(subject);
      const result = await generator.run({
        port: server.port,
        connections: BATCH.connections,
        seconds: minutes * 60,
      });
      const run = { ...usage(), generatorCpuS: result.cpuSeconds, samples };
      if (result.accepted !== result.sent)
        throw new Error(`Not every event was accepted: ${result.accepted} of ${result.sent}`);
      return [summary({ ...run, rate: result.accepted / result.seconds }, minutes)];
    } finally {
      clearInterval(timer);
      generator.end();
    }
  });
}

/** Slope of the least-squares line through values at 0, 1, 2 … */
function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = meanOf(values);
  let above = 0;
  let below = 0;
  values.forEach((value, i) => {
    above += (i - middle) * (value - mean);
    below += (i - middle) ** 2;
  });
  return below === 0 ? 0 : above / below;
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function summary(run: MemoryRun, minutes: number): Measurement {
  const { samples, rate } = run;
  const lastHalf = samples.slice(Math.floor(samples.length / 2));
  const growth = slopeOf(lastHalf) * lastHalf.length;
  const highest = run.serverMemory / 1e6;
  const ascending = samples.toSorted((a, b) => a - b);
  return {
    name: "memory",
    workload: `ingest_batch's load for ${minutes} minutes (${Math.round(rate)} events/s)`,
    unit: "MB",
    ours: highest,
    targets: [
      { what: "highest resident memory in MB", value: highest, better: "less", atLeast: 500, aim: 300 },
      {
        what: "growth over the last half, of its mean",
        value: growth / meanOf(lastHalf),
        better: "less",
        atLeast: FLAT,
      },
    ],
    notes: [
      `median ${Math.round(quantile(ascending, 0.5) / 1e6)} MB; over the last half ${((slopeOf(lastHalf) * 60_000) / EVERY_MS / 1e6).toFixed(1)} MB a minute`,
    ],
    runs: [run],
  };
}
