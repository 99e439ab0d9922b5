import { type Generator, startGenerator } from "./generator";
import { startHandler } from "./handlers";
import { type Measurement, median, quantile, type Run } from "./report";
import { type Subject, startUsage, withServer } from "./subject";
import { checkStored, clear, copyRate, tableSizes } from "./yardsticks";

const EVENTS = 300_000;
const KEYS = 10_000;
export const BATCH = { batch: 1_000, connections: 16 };

/** What is sent: how many events a request, and whether they pass on what providers said of limits. */
interface Workload {
  name: string;
  batch: number;
  plain: boolean;
}
/** For the createMany handler: more connections gain it nothing, since its one thread is always busy building statements. */
const HANDLER = { connections: 2, requests: 10 };
const WITHIN_S = 120;

interface BatchRun extends Run {
  ours: number;
  copy: number;
  createMany: number;
  /** Events a second that the generator brings to a server that parses and drops them. */
  ceiling: number;
  ackP50: number;
  ackP99: number;
  bytesPerEvent: number;
}

/** Events a second stored durably, through HTTP and the whole server, against COPY of the same rows. */
export const ingestBatch = (options: { runs: number }): Promise<Measurement[]> =>
  measured(options, { name: "ingest_batch", batch: BATCH.batch, plain: false });

/** The same with smaller requests, and events as most gateways send them. */
export const ingestPlain = (options: { runs: number }): Promise<Measurement[]> =>
  measured(options, { name: "ingest_plain", batch: 500, plain: true });

function measured({ runs: count }: { runs: number }, workload: Workload): Promise<Measurement[]> {
  const { batch, plain } = workload;
  return withServer({}, async (subject) => {
    const generator = await startGenerator({
      seed: "batch",
      batch,
      plain,
      keys: KEYS,
      distribution: "zipf",
      requests: 100,
    });
    try {
      const runs: BatchRun[] = [];
      for (let i = 1; i <= count; i++) {
        const run = await measure(subject, generator, EVENTS / batch);
        console.log(
          `run ${i}: ${Math.round(run.ours)} events/s; COPY ${Math.round(run.copy)} rows/s (${(run.ours / run.copy).toFixed(3)}), createMany handler ${Math.round(run.createMany)} events/s`,
        );
        runs.push(run);
      }
      return [summary(runs, workload)];
    } finally {
      generator.end();
    }
  });
}

async function measure(subject: Subject, generator: Generator, requests: number): Promise<BatchRun> {
  const { databaseUrl, server } = subject;
  const { connections } = BATCH;
  await clear(databaseUrl);
  const known = await generator.warmUp(server.port);
  await clear(databaseUrl);
  const empty = total(await tableSizes(databaseUrl));
  const usage = startUsage(subject);
  const result = await generator.run({
    port: server.port,
    connections,
    seconds: WITHIN_S,
    requests,
  });
  const used = usage();
  await checkStored(databaseUrl, result.accepted);
  const stored = total(await tableSizes(databaseUrl)) - empty;
  const copy = await copyRate(databaseUrl);
  await clear(databaseUrl);
  const handler = await startHandler(databaseUrl);
  const naive = await generator
    .run({ ...HANDLER, port: handler.port, seconds: WITHIN_S })
    .finally(handler.end);
  const bare = await startHandler();
  const dropped = await generator
    .run({ port: bare.port, connections, seconds: WITHIN_S, requests })
    .finally(bare.end);
  if (known.accepted !== KEYS || result.accepted !== result.sent || naive.accepted !== naive.sent)
    throw new Error(`Not every event was accepted: ${result.accepted} of ${result.sent}`);
  return {
    ...used,
    ours: result.accepted / result.seconds,
    copy,
    createMany: naive.accepted / naive.seconds,
    ceiling: dropped.sent / dropped.seconds,
    generatorCpuS: result.cpuSeconds,
    ackP50: quantile(result.latencies, 0.5),
    ackP99: quantile(result.latencies, 0.99),
    bytesPerEvent: stored / result.accepted,
  };
}

const total = (sizes: Map<string, number>) => [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);

function summary(runs: BatchRun[], { name, batch, plain }: Workload): Measurement {
  const of = (pick: (run: BatchRun) => number) => median(runs.map(pick));
  const ours = of((run) => run.ours);
  const perMillion = (pick: (run: BatchRun) => number) => ((of(pick) / EVENTS) * 1e6).toFixed(1);
  return {
    name,
    workload: `${EVENTS} events with ${plain ? "all fields but the provider's limits, headers and errors" : "all fields"} in requests of ${batch} over ${BATCH.connections} connections, ${KEYS} keys (Zipf), through HTTP into the embedded Postgres (fsync on), all tiers written`,
    unit: "events/s",
    ours,
    baseline: {
      what: "a node:http handler of its own process that parses the same requests and stores them with Prisma's createMany: no checks, no tiers",
      value: of((run) => run.createMany),
    },
    limit: {
      what: "one COPY of the same rows into a table like a partition of usage_event with its primary key: no HTTP, no checks, no tiers",
      value: of((run) => run.copy),
    },
    targets: [
      { what: "of COPY", value: of((run) => run.ours / run.copy), better: "more", atLeast: 0.15, aim: 0.35 },
      ...(plain ? [{ what: "events/s", value: ours, better: "more" as const, atLeast: 20_000 }] : []),
      {
        what: "times createMany",
        value: of((run) => run.ours / run.createMany),
        better: "more",
        atLeast: 10,
      },
    ],
    bytesPerEvent: of((run) => run.bytesPerEvent),
    notes: [
      `run by run: ${runs.map((run) => `${Math.round(run.ours)} events/s, ${(run.ours / run.copy).toFixed(3)} of COPY`).join("; ")}`,
      `answer to a request: p50 ${of((run) => run.ackP50).toFixed(0)} ms, p99 ${of((run) => run.ackP99).toFixed(0)} ms, with ${BATCH.connections} always waiting`,
      `CPU a million events: server ${perMillion((run) => run.serverCpuS)} s, Postgres ${perMillion((run) => run.postgresCpuS)} s, generator ${perMillion((run) => run.generatorCpuS)} s`,
      `the same generator brings ${Math.round(of((run) => run.ceiling))} events/s to a bare server that parses and drops them`,
    ],
    runs,
  };
}
