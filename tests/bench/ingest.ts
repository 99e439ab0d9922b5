import { INGEST_TOKEN } from "@/tests/support/server";
import { type GeneratorResult, startGenerator } from "./generator";
import { type Measurement, median, quantile } from "./report";
import { type Subject, startUsage, type Usage, withServer } from "./subject";
import { connected, copyRate, createManyRate, readRows } from "./yardsticks";

const RUNS = 3;
const EVENTS = 300_000;
const BATCH = 500;
const CONNECTIONS = 16;
const TARGET = 20_000;
const TABLES = "usage_event, usage_10s, usage_minute, usage_hour, event_receipt, key_status";

interface Run extends Usage {
  ours: number;
  copy: number;
  createMany: number;
  generatorCpuS: number;
  ackP50: number;
  ackP99: number;
}

/** Events a second stored durably, through HTTP and the whole server, against COPY of the same rows. */
export async function ingest(): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (const keys of [10_000, 1_000]) {
    const runs = await withServer({}, async (subject) => {
      const runs: Run[] = [];
      for (let i = 1; i <= RUNS; i++) {
        const run = await measure(subject, keys, `${keys}-${i}`);
        console.log(
          `${keys} keys, run ${i}: ${Math.round(run.ours)} events/s; COPY ${Math.round(run.copy)}, createMany ${Math.round(run.createMany)} rows/s`,
        );
        runs.push(run);
      }
      return runs;
    });
    measurements.push(summary(keys, runs));
  }
  return measurements;
}

async function measure(subject: Subject, keys: number, seed: string): Promise<Run> {
  const { databaseUrl } = subject;
  await connected(databaseUrl, (client) => client.query(`TRUNCATE ${TABLES}`));
  const every = 1_000 / TARGET;
  const generator = await startGenerator({
    url: subject.server.url,
    token: INGEST_TOKEN,
    connections: CONNECTIONS,
    warmUp: true,
    events: { seed, keys, events: EVENTS, batch: BATCH, from: Date.now() - EVENTS * every, every },
  });
  try {
    await connected(databaseUrl, (client) => client.query("CHECKPOINT"));
    const usage = startUsage(subject);
    const result = await generator.run();
    const used = usage();
    const stored = await check(databaseUrl, result, keys);
    const rows = await readRows(databaseUrl);
    // createMany takes its rows from those that COPY has just written.
    const copy = await copyRate(databaseUrl, rows, stored);
    const createMany = await createManyRate(databaseUrl);
    return {
      ...used,
      ours: result.accepted / result.seconds,
      copy,
      createMany,
      generatorCpuS: result.cpuSeconds,
      ackP50: quantile(result.latencies, 0.5),
      ackP99: quantile(result.latencies, 0.99),
    };
  } finally {
    generator.end();
  }
}

/** A number counts only when everything is there, in the events and in every tier. Returns the rows stored. */
async function check(databaseUrl: string, result: GeneratorResult, keys: number): Promise<number> {
  if (result.failures.length > 0) throw new Error(`Requests failed: ${result.failures.join("; ")}`);
  const wanted = EVENTS + keys;
  const { rows } = await connected(databaseUrl, (client) =>
    client.query<Record<string, string>>(
      `SELECT (SELECT count(*) FROM usage_event) AS events, (SELECT sum(requests) FROM usage_10s) AS tier_10s,
              (SELECT sum(requests) FROM usage_minute) AS tier_minute, (SELECT sum(requests) FROM usage_hour) AS tier_hour`,
    ),
  );
  const wrong = Object.entries(rows[0] ?? {}).filter(([, count]) => Number(count) !== wanted);
  if (result.accepted !== EVENTS || wrong.length > 0)
    throw new Error(
      `${result.accepted} of ${EVENTS} events accepted; stored, of ${wanted}: ${JSON.stringify(rows[0])}`,
    );
  return wanted;
}

function summary(keys: number, runs: Run[]): Measurement {
  const of = (pick: (run: Run) => number) => median(runs.map(pick));
  const ours = of((run) => run.ours);
  return {
    name: `ingest, ${keys} keys`,
    workload: `${EVENTS} events in requests of ${BATCH} over ${CONNECTIONS} connections, ${keys} keys (Zipf), through HTTP into the embedded Postgres (fsync on), all three tiers written; median of ${runs.length} runs`,
    unit: "events/s",
    ours,
    baseline: {
      what: "Prisma createMany of 5,000 of these rows in batches of 500 into the same table: no HTTP, no checks, no tiers",
      value: of((run) => run.createMany),
    },
    limit: {
      what: "one COPY of the same rows into the same table with its primary key: no HTTP, no checks, no tiers",
      value: of((run) => run.copy),
    },
    target: { text: `≥ ${TARGET}`, met: ours >= TARGET },
    serverCpuS: of((run) => run.serverCpuS),
    postgresCpuS: of((run) => run.postgresCpuS),
    generatorCpu: of((run) => run.generatorCpuS / run.seconds),
    serverMemory: Math.max(...runs.map((run) => run.serverMemory)),
    notes: [
      `ours / COPY run by run: ${runs.map((run) => (run.ours / run.copy).toFixed(3)).join(", ")}`,
      `answer to a request: p50 ${of((run) => run.ackP50).toFixed(0)} ms, p99 ${of((run) => run.ackP99).toFixed(0)} ms, with ${CONNECTIONS} always waiting`,
      `other processes used ${Math.max(
        0,
        of((run) => (run.othersCpuS - run.generatorCpuS) / run.seconds),
      ).toFixed(2)} cores meanwhile`,
      `CPU a million events: server ${((of((run) => run.serverCpuS) / EVENTS) * 1e6).toFixed(1)} s, Postgres ${((of((run) => run.postgresCpuS) / EVENTS) * 1e6).toFixed(1)} s`,
    ],
    runs,
  };
}
