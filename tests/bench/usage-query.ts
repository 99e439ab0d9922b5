import { Agent, get } from "node:http";
import { createRandom, type Random } from "@/lib/domain/simulation/random";
import { DAY, HOUR } from "@/lib/domain/usage/duration";
import { floorBucket } from "@/lib/domain/usage/window";
import { ADMIN_TOKEN } from "@/tests/support/server";
import { zipf } from "./events";
import { fillHistory } from "./fill";
import { type Generator, startGenerator } from "./generator";
import { BATCH } from "./ingest-batch";
import { type Measurement, median, quantile, type Run } from "./report";
import { type Subject, startUsage, withServer } from "./subject";
import { connected } from "./yardsticks";

const EVENTS = 5_000_000;
const KEYS = 10_000;
const DAYS = 30;
const CALLS = 200;
const BASELINE_CALLS = 20;
const CALIBRATION_S = 8;
/** Longer than the calls take; the load is told to stop. */
const WITHIN_S = 600;

/** The ids of all keys, the busiest first. */
type Keys = readonly string[];

interface Query {
  name: string;
  path(key: string, now: number): string;
  /** The same counted from the events. */
  sql: string;
  parameters(key: string, now: number): unknown[];
}

const QUERIES: Query[] = [
  {
    name: "one key over 30 days",
    path: (key, now) =>
      `/api/v1/usage?key=${key}&metric=requests&metric=errors&metric=cost_usd&metric=latency_p95&step=1h&from=${now - DAYS * DAY}&to=${now}`,
    sql: `SELECT date_bin('1 hour', event_at(moment), 'epoch') AS bucket, count(*) AS requests, count(*) FILTER (WHERE outcome > 0) AS errors,
                 sum(cost_micros) AS cost, percentile_disc(0.95) WITHIN GROUP (ORDER BY latency_ms) AS latency
            FROM usage_event WHERE key_id = $1 AND moment >= ($2::int8 << 22) GROUP BY 1`,
    parameters: (key, now) => [key, now - DAYS * DAY],
  },
  {
    name: "top 20 keys over 24 h",
    path: (_key, now) => `/api/v1/usage?group_by=key&top=20&step=1h&from=${now - DAY}&to=${now}`,
    sql: `SELECT key_id, count(*) AS requests FROM usage_event WHERE moment >= ($1::int8 << 22)
           GROUP BY 1 ORDER BY 2 DESC LIMIT 20`,
    parameters: (_key, now) => [now - DAY],
  },
  {
    name: "overview",
    path: () => "/api/v1/overview?range=24h",
    sql: `SELECT date_bin('5 minutes', event_at(moment), 'epoch') AS bucket, outcome, count(*) AS requests, sum(cost_micros) AS cost
            FROM usage_event WHERE moment >= ($1::int8 << 22) GROUP BY 1, 2`,
    parameters: (_key, now) => [now - DAY],
  },
];

interface Timed {
  p50: number;
  p95: number;
  bytes: number;
}

interface QueryRun extends Run {
  queries: Record<string, { api: Timed; events: Timed }>;
  health: Timed;
  ingestRate: number;
  refused: number;
}

/** Time to the whole answer of the API over a month of events, while more arrive at half of the highest rate. */
export function usageQuery({ runs: count }: { runs: number }): Promise<Measurement[]> {
  return withServer({}, async (subject) => {
    const generator = await startGenerator({
      seed: "query",
      batch: BATCH.batch,
      keys: KEYS,
      distribution: "zipf",
      requests: 100,
    });
    try {
      const rate = await prepare(subject, generator);
      const keys = await busiestFirst(subject.databaseUrl);
      const runs: QueryRun[] = [];
      for (let i = 1; i <= count; i++) {
        const run = await measure(subject, generator, keys, rate / 2, `query-${i}`);
        const parts = Object.entries(run.queries).map(
          ([name, { api }]) => `${name} p50 ${api.p50.toFixed(1)} ms, p95 ${api.p95.toFixed(1)} ms`,
        );
        console.log(`run ${i}: ${parts.join("; ")}`);
        runs.push(run);
      }
      return QUERIES.map((query) => summary(query, runs));
    } finally {
      generator.end();
    }
  });
}

/** Stores the history and returns the highest ingest rate, in events a second. */
async function prepare(subject: Subject, generator: Generator): Promise<number> {
  const { databaseUrl, server } = subject;
  await generator.warmUp(server.port);
  const { connections } = BATCH;
  const result = await generator.run({ port: server.port, connections, seconds: CALIBRATION_S });
  const begun = performance.now();
  await fillHistory(databaseUrl, { events: EVENTS, days: DAYS, to: Date.now() });
  console.log(`${EVENTS} events filled in ${((performance.now() - begun) / 1_000).toFixed(0)} s`);
  return result.accepted / result.seconds;
}

async function busiestFirst(databaseUrl: string): Promise<Keys> {
  const { rows } = await connected(databaseUrl, (client) =>
    client.query<{ key_id: string }>(
      "SELECT key_id FROM usage_hour GROUP BY 1 ORDER BY sum(requests) DESC, 1",
    ),
  );
  return rows.map((row) => row.key_id);
}

async function measure(
  subject: Subject,
  generator: Generator,
  keys: Keys,
  rate: number,
  seed: string,
): Promise<QueryRun> {
  const { databaseUrl, server } = subject;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (path: string) => fetchText(agent, `${server.url}${path}`);
  await checkAgainstEvents(databaseUrl, keys, ask);
  const random = createRandom(seed);
  const draw = zipf(random, keys.length);
  const key = () => keys[draw()] ?? "";
  const background = generator.run({
    port: server.port,
    connections: BATCH.connections,
    seconds: WITHIN_S,
    rate: rate / BATCH.batch,
    mayRefuse: true,
  });
  try {
    const usage = startUsage(subject);
    const queries: QueryRun["queries"] = {};
    for (const query of QUERIES) {
      const api = await timed(CALLS, random, () => ask(query.path(key(), Date.now())));
      const events = await connected(databaseUrl, (client) =>
        timed(BASELINE_CALLS, random, async () => {
          await client.query(query.sql, query.parameters(key(), Date.now()));
          return "";
        }),
      );
      queries[query.name] = { api, events };
    }
    const health = await timed(CALLS, random, () => ask("/healthz"));
    const used = usage();
    generator.stop();
    const load = await background;
    return {
      ...used,
      queries,
      health,
      ingestRate: load.accepted / load.seconds,
      refused: load.refused,
      generatorCpuS: load.cpuSeconds,
    };
  } finally {
    generator.stop();
    await background;
    agent.destroy();
  }
}

/** Times calls one after the other, with short random pauses, so that they fall anywhere in the load's rhythm. */
async function timed(calls: number, random: Random, call: () => Promise<string>): Promise<Timed> {
  const times: number[] = [];
  let bytes = 0;
  for (let i = 0; i < calls; i++) {
    await new Promise((resolve) => setTimeout(resolve, random.integer(20)));
    const begun = performance.now();
    const text = await call();
    times.push(performance.now() - begun);
    bytes += text.length;
  }
  times.sort((a, b) => a - b);
  return { p50: quantile(times, 0.5), p95: quantile(times, 0.95), bytes: bytes / calls };
}

/** An answer counts only when it is right: the points of a key must add up to its events. */
async function checkAgainstEvents(
  databaseUrl: string,
  keys: Keys,
  ask: (path: string) => Promise<string>,
): Promise<void> {
  const to = floorBucket(Date.now(), HOUR);
  const from = to - 7 * DAY;
  const key = keys[0] ?? "";
  const answer = JSON.parse(await ask(`/api/v1/usage?key=${key}&step=1h&from=${from}&to=${to}`)) as {
    series: { points: [number, number][] }[];
  };
  const points = answer.series[0]?.points.reduce((sum, [, value]) => sum + value, 0);
  const { rows } = await connected(databaseUrl, (client) =>
    client.query<{ n: string }>(
      "SELECT count(*) AS n FROM usage_event WHERE key_id = $1 AND moment >= ($2::int8 << 22) AND moment < ($3::int8 << 22)",
      [key, from, to],
    ),
  );
  if (points !== Number(rows[0]?.n))
    throw new Error(`/usage counts ${points} events of key ${key}; there are ${rows[0]?.n}`);
}

function fetchText(agent: Agent, url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent, headers: { authorization: `Bearer ${ADMIN_TOKEN}` } }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`${url}: HTTP ${response.statusCode}: ${text.slice(0, 200)}`));
      });
    }).on("error", reject);
  });
}

function summary(query: Query, runs: QueryRun[]): Measurement {
  const of = (pick: (run: QueryRun) => number | undefined) =>
    median(runs.map((run) => pick(run) ?? Number.NaN));
  const p95 = of((run) => run.queries[query.name]?.api.p95);
  return {
    name: `usage_query, ${query.name}`,
    workload: `95th percentile of ${CALLS} calls one at a time, ${EVENTS} events of ${KEYS} keys over ${DAYS} days stored, ${Math.round(of((run) => run.ingestRate))} events/s arriving (half of the highest rate)`,
    unit: "ms",
    ours: p95,
    baseline: {
      what: `the same counted from the events by plain SQL under the same load, without HTTP; ${BASELINE_CALLS} calls`,
      value: of((run) => run.queries[query.name]?.events.p95),
    },
    limit: {
      what: "GET /healthz under the same load: HTTP and waiting for the CPU alone",
      value: of((run) => run.health.p95),
    },
    targets: [{ what: "p95 in ms", value: p95, better: "less", atLeast: 50, aim: 20 }],
    notes: [
      `p50 ${of((run) => run.queries[query.name]?.api.p50).toFixed(1)} ms; an answer has ${Math.round(of((run) => run.queries[query.name]?.api.bytes) / 1_000)} kB`,
      ...(of((run) => run.refused) > 0
        ? [`ingest requests refused meanwhile: ${runs.map((run) => run.refused).join(", ")}`]
        : []),
    ],
    runs,
  };
}
