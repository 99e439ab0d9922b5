import { type Generator, startGenerator } from "./generator";
import { startHandler } from "./handlers";
import { type Measurement, median, quantile, type Run } from "./report";
import type { LoadResult } from "./sender";
import { type Subject, startUsage, withServer } from "./subject";
import { checkStored, clear } from "./yardsticks";

const KEYS = 10_000;
const CONNECTIONS = 64;
const SECONDS = 10;
/** Both servers run this long first, so that neither is measured cold. */
const WARM_UP_S = 2;

interface Single extends Run {
  ours: number;
  bare: number;
  latencies: { p50: number; p99: number };
  /** Cores that the generator needs for the bare server's rate. */
  bareGeneratorCores: number;
}

const generatorOf = () =>
  startGenerator({ seed: "single", batch: 1, keys: KEYS, distribution: "zipf", requests: 50_000 });

/** Single events a second, each acknowledged after its commit, against a server that only parses them. */
export function ingestSingle({ runs: count }: { runs: number }): Promise<Measurement[]> {
  return withServer({}, async (subject) => {
    const generator = await generatorOf();
    try {
      await generator.warmUp(subject.server.port);
      const runs: Single[] = [];
      for (let i = 1; i <= count; i++) {
        const run = await measure(subject, generator);
        console.log(
          `run ${i}: ${Math.round(run.ours)} events/s; bare server ${Math.round(run.bare)} (${(run.ours / run.bare).toFixed(3)})`,
        );
        runs.push(run);
      }
      return [summary(runs)];
    } finally {
      generator.end();
    }
  });
}

async function measure(subject: Subject, generator: Generator): Promise<Single> {
  const { result, used } = await full(subject, generator, SECONDS);
  const bare = await startHandler();
  try {
    await generator.run({ port: bare.port, connections: CONNECTIONS, seconds: WARM_UP_S });
    const dropped = await generator.run({ port: bare.port, connections: CONNECTIONS, seconds: SECONDS });
    return {
      ...used,
      ours: result.accepted / result.seconds,
      bare: dropped.sent / dropped.seconds,
      generatorCpuS: result.cpuSeconds,
      latencies: { p50: quantile(result.latencies, 0.5), p99: quantile(result.latencies, 0.99) },
      bareGeneratorCores: dropped.cpuSeconds / dropped.seconds,
    };
  } finally {
    await bare.end();
  }
}

/** As many single events as the server takes. */
async function full(subject: Subject, generator: Generator, seconds: number) {
  const { databaseUrl, server } = subject;
  await generator.run({ port: server.port, connections: CONNECTIONS, seconds: WARM_UP_S });
  await clear(databaseUrl);
  const usage = startUsage(subject);
  const result = await generator.run({ port: server.port, connections: CONNECTIONS, seconds });
  const used = usage();
  await allStored(databaseUrl, result);
  return { result, used };
}

async function allStored(databaseUrl: string, { accepted, sent }: LoadResult): Promise<void> {
  if (accepted !== sent) throw new Error(`Not every event was accepted: ${accepted} of ${sent}`);
  await checkStored(databaseUrl, accepted);
}

function summary(runs: Single[]): Measurement {
  const of = (pick: (run: Single) => number) => median(runs.map(pick));
  const ofBare = of((run) => run.ours / run.bare);
  return {
    name: "ingest_single",
    workload: `one event with all fields a request over ${CONNECTIONS} kept-alive connections for ${SECONDS} s, ${KEYS} keys (Zipf), each answered after its commit (fsync on)`,
    unit: "events/s",
    ours: of((run) => run.ours),
    limit: {
      what: "a bare node:http server of its own process that reads and parses the same requests and answers 204",
      value: of((run) => run.bare),
    },
    targets: [{ what: "of the bare server", value: ofBare, better: "more", atLeast: 0.4, aim: 0.6 }],
    notes: [
      `run by run: ${runs.map((run) => `${Math.round(run.ours)} events/s, ${(run.ours / run.bare).toFixed(3)} of the bare server`).join("; ")}`,
      `answer: p50 ${of((run) => run.latencies.p50).toFixed(1)} ms, p99 ${of((run) => run.latencies.p99).toFixed(1)} ms, with ${CONNECTIONS} always waiting`,
      `at the bare server's rate the same generator uses ${of((run) => run.bareGeneratorCores).toFixed(2)} cores`,
    ],
    runs,
  };
}

const PACED_S = 15;

interface Paced extends Run {
  rate: number;
  reached: number;
  p50: number;
  p99: number;
  slowest: number;
  bareP50: number;
  bareP99: number;
}

/** Time to the answer at half of the highest rate of single events, counted from when each was due. */
export function ackLatency({ runs: count }: { runs: number }): Promise<Measurement[]> {
  return withServer({}, async (subject) => {
    const generator = await generatorOf();
    try {
      await generator.warmUp(subject.server.port);
      const runs: Paced[] = [];
      for (let i = 1; i <= count; i++) {
        const run = await measurePaced(subject, generator);
        console.log(
          `run ${i}: at ${Math.round(run.rate)} events/s p50 ${run.p50.toFixed(1)} ms, p99 ${run.p99.toFixed(1)} ms; bare server p99 ${run.bareP99.toFixed(1)} ms`,
        );
        runs.push(run);
      }
      return pacedSummary(runs);
    } finally {
      generator.end();
    }
  });
}

async function measurePaced(subject: Subject, generator: Generator): Promise<Paced> {
  const { databaseUrl, server } = subject;
  const { result: most } = await full(subject, generator, SECONDS);
  const rate = most.accepted / most.seconds / 2;
  await clear(databaseUrl);
  const paced = { connections: CONNECTIONS, seconds: PACED_S, rate };
  const usage = startUsage(subject);
  const result = await generator.run({ ...paced, port: server.port });
  const used = usage();
  await allStored(databaseUrl, result);
  const bare = await startHandler();
  const dropped = await generator.run({ ...paced, port: bare.port }).finally(bare.end);
  return {
    ...used,
    rate,
    reached: result.accepted / result.seconds,
    generatorCpuS: result.cpuSeconds,
    p50: quantile(result.latencies, 0.5),
    p99: quantile(result.latencies, 0.99),
    slowest: quantile(result.latencies, 1),
    bareP50: quantile(dropped.latencies, 0.5),
    bareP99: quantile(dropped.latencies, 0.99),
  };
}

function pacedSummary(runs: Paced[]): Measurement[] {
  const of = (pick: (run: Paced) => number) => median(runs.map(pick));
  const p99 = of((run) => run.p99);
  const bare = "the bare server of ingest_single at the same rate";
  const common = {
    workload: `one event a request at half of ingest_single's rate of the same run (${Math.round(of((run) => run.rate))} events/s) for ${PACED_S} s, from when a request is due to its answer`,
    unit: "ms",
    runs,
  };
  return [
    {
      ...common,
      name: "ack_latency, p99",
      ours: p99,
      limit: { what: bare, value: of((run) => run.bareP99) },
      targets: [{ what: "p99 in ms", value: p99, better: "less", atLeast: 30, aim: 10 }],
      notes: [
        `${Math.round(of((run) => run.reached))} events/s were answered; the slowest took ${Math.max(...runs.map((run) => run.slowest)).toFixed(0)} ms`,
      ],
    },
    {
      ...common,
      name: "ack_latency, p50",
      ours: of((run) => run.p50),
      limit: { what: bare, value: of((run) => run.bareP50) },
      targets: [],
      notes: [],
    },
  ];
}
