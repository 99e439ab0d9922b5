import { DAY, HOUR } from "@/lib/domain/usage/duration";
import { floorBucket } from "@/lib/domain/usage/window";
import { ADMIN_TOKEN } from "@/tests/support/server";
import { fillHistory } from "./fill";
import { startGenerator } from "./generator";
import { type Measurement, median, type Run } from "./report";
import { type Subject, startUsage, withServer } from "./subject";
import { connected } from "./yardsticks";

const EVENTS = 1_000_000;
const KEYS = 100;
const DAYS = 30;
const CALLS = 3;
/** The busiest key's requests in 5 min are a multiple of the mean, so that thresholds have something to find. */
const MEAN = EVENTS / KEYS / ((DAYS * DAY) / (5 * 60_000));

const at = (threshold: number, recovery: number | null = null) => [
  { severity: "warning", threshold, recovery },
];

const RULES: Record<string, Record<string, unknown>> = {
  "requests in 5 min": {
    metric: "requests",
    window: "5m",
    operator: ">=",
    tiers: at(Math.ceil(MEAN * 4 + 8)),
  },
  "error rate in 5 min": {
    metric: "error_rate",
    window: "5m",
    operator: ">=",
    tiers: at(0.5, 0.3),
    min_requests: 10,
  },
  "requests in a calendar month": {
    metric: "requests",
    window: "calendar_month",
    operator: ">=",
    tiers: [
      ...at(Math.ceil((EVENTS / KEYS) * 0.8)),
      { severity: "critical", threshold: (EVENTS / KEYS) * 0.95 },
    ],
  },
  "cost of a calendar day, all keys": {
    metric: "cost_usd",
    scope: { each: "all" },
    window: "calendar_day",
    operator: ">=",
    tiers: at(1),
  },
  "addresses in an hour": { metric: "distinct_ips", window: "1h", operator: ">", tiers: at(20) },
  "time since the last event": { metric: "seconds_since_last_event", operator: ">", tiers: at(3_600) },
  "limit used": { metric: "limit_used", operator: ">=", tiers: at(0.8, 0.75) },
  "time to exhaustion": { metric: "seconds_to_exhaustion", operator: "<", tiers: at(3_600) },
};

interface BacktestRun extends Run {
  /** Milliseconds to the whole answer, by rule. */
  times: Record<string, number>;
  baseline: number;
}

/** Time to the answer of a back-test of 30 days of 100 keys over HTTP. */
export function backtest({ runs: count }: { runs: number }): Promise<Measurement[]> {
  return withServer({}, async (subject) => {
    const { databaseUrl, server } = subject;
    const generator = await startGenerator({
      seed: "backtest",
      batch: 100,
      keys: KEYS,
      distribution: "uniform",
      requests: 20,
    });
    try {
      await generator.warmUp(server.port);
      await generator.run({ port: server.port, connections: 2, seconds: 2 });
    } finally {
      generator.end();
    }
    await fillHistory(databaseUrl, { events: EVENTS, days: DAYS, to: Date.now() });
    const runs: BacktestRun[] = [];
    for (let i = 1; i <= count; i++) runs.push(await measure(subject));
    return Object.keys(RULES).map((name) => summary(name, runs));
  });
}

async function measure(subject: Subject): Promise<BacktestRun> {
  const usage = startUsage(subject);
  const times: Record<string, number> = {};
  for (const [name, rule] of Object.entries(RULES)) {
    const taken: number[] = [];
    for (let i = 0; i < CALLS; i++) taken.push(await timed(() => ask(subject.server.url, { name, ...rule })));
    times[name] = median(taken);
  }
  // What any answer has to look at: every event of the range, counted by key and window.
  const baseline = await connected(subject.databaseUrl, (client) =>
    timed(() =>
      client.query(
        "SELECT key_id, date_bin('5 minutes', event_at(moment), 'epoch'), count(*) FROM usage_event GROUP BY 1, 2",
      ),
    ),
  );
  return { ...usage(), times, baseline, generatorCpuS: 0 };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

async function ask(url: string, rule: Record<string, unknown>): Promise<void> {
  const to = floorBucket(Date.now(), HOUR);
  const response = await fetch(`${url}/api/v1/rules/backtest`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${ADMIN_TOKEN}` },
    body: JSON.stringify({ rule, from: to - (DAYS - 1) * DAY, to }),
  });
  const answer = (await response.json()) as { transitions?: unknown[] };
  if (answer.transitions === undefined) throw new Error(`HTTP ${response.status}: ${JSON.stringify(answer)}`);
}

function summary(name: string, runs: BacktestRun[]): Measurement {
  const ours = median(runs.map(({ times }) => times[name] ?? Number.NaN));
  return {
    name: `backtest, ${name}`,
    workload: `the whole answer over HTTP, median of ${CALLS} calls; ${EVENTS} events of ${KEYS} keys over ${DAYS} days stored`,
    unit: "ms",
    ours,
    baseline: {
      what: "counting the same events by key and 5 min in plain SQL, the rows fetched by the client",
      value: median(runs.map(({ baseline }) => baseline)),
    },
    targets: [{ what: "ms", value: ours, better: "less", atLeast: 2_000 }],
    notes: [],
    runs,
  };
}
