import { type Generator, startGenerator } from "./generator";
import { BATCH } from "./ingest-batch";
import { type Measurement, median, type Run } from "./report";
import { type Subject, startUsage, withServer } from "./subject";
import { checkStored, clear } from "./yardsticks";

const KEYS = 10_000;
const REQUESTS = 150;
const WITHIN_S = 120;

interface HotRun extends Run {
  hot: number;
  uniform: number;
}

/** Events a second when all of them are of one key, against events spread evenly over many. */
export function hotKey({ runs: count }: { runs: number }): Promise<Measurement[]> {
  return withServer({}, async (subject) => {
    const prepared = { batch: BATCH.batch, distribution: "uniform", requests: 100 } as const;
    const hot = await startGenerator({ ...prepared, seed: "hot", keys: 1 });
    const uniform = await startGenerator({ ...prepared, seed: "uniform", keys: KEYS });
    try {
      await hot.warmUp(subject.server.port);
      await uniform.warmUp(subject.server.port);
      // The first load after the start is slower whatever it is.
      await rate(subject, uniform);
      const runs: HotRun[] = [];
      for (let i = 1; i <= count; i++) {
        const spread = await rate(subject, uniform);
        const one = await rate(subject, hot);
        runs.push({ ...one, hot: one.rate, uniform: spread.rate });
        console.log(
          `run ${i}: one key ${Math.round(one.rate)} events/s, ${KEYS} keys ${Math.round(spread.rate)} (${(one.rate / spread.rate).toFixed(2)})`,
        );
      }
      return [summary(runs)];
    } finally {
      hot.end();
      uniform.end();
    }
  });
}

async function rate(subject: Subject, generator: Generator): Promise<Run & { rate: number }> {
  const { databaseUrl, server } = subject;
  await clear(databaseUrl);
  const usage = startUsage(subject);
  const result = await generator.run({
    port: server.port,
    connections: BATCH.connections,
    seconds: WITHIN_S,
    requests: REQUESTS,
  });
  const used = usage();
  await checkStored(databaseUrl, result.sent);
  return { ...used, generatorCpuS: result.cpuSeconds, rate: result.accepted / result.seconds };
}

function summary(runs: HotRun[]): Measurement {
  const of = (pick: (run: HotRun) => number) => median(runs.map(pick));
  return {
    name: "hot_key",
    workload: `${REQUESTS * BATCH.batch} events with all fields in requests of ${BATCH.batch} over ${BATCH.connections} connections, every event on one key`,
    unit: "events/s",
    ours: of((run) => run.hot),
    limit: {
      what: `the same load spread evenly over ${KEYS} keys`,
      value: of((run) => run.uniform),
    },
    targets: [
      {
        what: "of the rate over many keys",
        value: of((run) => run.hot / run.uniform),
        better: "more",
        atLeast: 0.8,
        aim: 1,
      },
    ],
    notes: [`run by run: ${runs.map((run) => (run.hot / run.uniform).toFixed(2)).join(", ")}`],
    runs,
  };
}
