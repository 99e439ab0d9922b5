import { createApi } from "@/scripts/demo/api";
import { ADMIN_TOKEN, INGEST_TOKEN } from "@/tests/support/server";
import { type SmtpTestServer, startSmtp } from "@/tests/support/smtp";
import { type Generator, startGenerator } from "./generator";
import { type Measurement, median, type Run } from "./report";
import { type Subject, startUsage, withServer } from "./subject";
import { connected } from "./yardsticks";

const KEYS = 10_000;
/** The provider whose keys a rule watches, and one that none does. */
const FLOOD = "flood";
const CALM = "calm";
const BATCH = 500;
const CONNECTIONS = 8;
const SECONDS = 15;
const WARM_UP_SECONDS = 5;
const WITHIN_MS = 120_000;
/** Followers of a first message are held for 30 s; then whatever comes has come. */
const MAILS_AFTER_MS = 45_000;

interface FloodRun extends Run {
  /** From the answer to the POST that crosses to the last transition's commit. */
  transitionsMs: number;
  mails: number;
  incidents: number;
  /** Ingest of other keys in spans of the same length, beside the same request: of keys of no rule, before and after, and of those that cross. */
  before: number;
  meanwhile: number;
  after: number;
}

/**
 * 10,000 keys cross one rule's threshold in one request, while other keys' events arrive as fast as they are taken. What
 * that slows ingest by is told from spans in which the same request comes of keys that no rule watches, before and after:
 * whatever grows or wanes over a run counts on both sides.
 */
export async function crossingAtOnce({ runs: count }: { runs: number }): Promise<Measurement[]> {
  const runs: FloodRun[] = [];
  for (let i = 1; i <= count; i++) {
    const smtp = await startSmtp();
    const env = { SMTP_URL: smtp.url, MAIL_FROM: "keygauge@example.com" };
    const run = await withServer(env, (subject) => measure(subject, smtp, `flood-${i}`)).finally(smtp.close);
    console.log(
      `run ${i}: transitions within ${(run.transitionsMs / 1_000).toFixed(1)} s, ${run.incidents} incidents, ${run.mails} mails; ingest ${Math.round(run.before)} → ${Math.round(run.meanwhile)} → ${Math.round(run.after)} events/s; server ${run.serverCpuS.toFixed(1)} s of CPU, Postgres ${run.postgresCpuS.toFixed(1)} s`,
    );
    runs.push(run);
  }
  return [summary(runs)];
}

async function measure(subject: Subject, smtp: SmtpTestServer, seed: string): Promise<FloodRun> {
  const { databaseUrl, server } = subject;
  const api = createApi(server.url, ADMIN_TOKEN);
  const to = { to: ["ops@example.com"] };
  const channel = await api.post("/channels", { name: "Operators", kind: "email", config: to });
  await api.post("/rules", {
    name: "All at once",
    metric: "requests",
    window: "5m",
    operator: ">=",
    scope: { each: "key", provider: FLOOD },
    tiers: [{ severity: "critical", threshold: 2 }],
    channels: [channel.id],
  });
  const generator = await startGenerator({
    seed,
    keys: 1_000,
    distribution: "zipf",
    batch: BATCH,
    requests: 200,
  });
  try {
    await generator.warmUp(server.port);
    for (const provider of [CALM, FLOOD]) await post(server.url, provider);
    await load(generator, server.port, WARM_UP_SECONDS);
    const span = async (provider: string, work: () => Promise<void>) => {
      const background = load(generator, server.port, SECONDS);
      await post(server.url, provider);
      await work();
      return background;
    };
    const before = await span(CALM, async () => {});
    const usage = startUsage(subject);
    let transitionsMs = 0;
    const meanwhile = await span(FLOOD, async () => {
      const crossedAt = Date.now();
      await reached(databaseUrl, () => Date.now() - crossedAt);
      transitionsMs = Date.now() - crossedAt;
    });
    const used = usage();
    const after = await span(CALM, async () => {});
    await new Promise((resolve) => setTimeout(resolve, MAILS_AFTER_MS - SECONDS * 1_000));
    const incidents = await counted(databaseUrl, "incident WHERE state <> 'resolved'");
    return {
      ...used,
      transitionsMs,
      mails: smtp.messages.length,
      incidents,
      before: before.rate,
      meanwhile: meanwhile.rate,
      after: after.rate,
      generatorCpuS: meanwhile.cpuSeconds,
    };
  } finally {
    generator.end();
  }
}

async function load(
  generator: Generator,
  port: number,
  seconds: number,
): Promise<{ rate: number; cpuSeconds: number }> {
  const result = await generator.run({ port, connections: CONNECTIONS, seconds, mayRefuse: true });
  return { rate: result.accepted / result.seconds, cpuSeconds: result.cpuSeconds };
}

/** One event of each of a provider's keys. */
async function post(url: string, provider: string): Promise<void> {
  const body = Array.from({ length: KEYS }, (_, i) => ({
    key: `sk-${provider}-${i}`,
    provider,
    status: 200,
  }));
  const response = await fetch(`${url}/api/v1/events`, {
    method: "POST",
    headers: { authorization: `Bearer ${INGEST_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`The events were not accepted: ${await response.text()}`);
}

const counted = (databaseUrl: string, what: string): Promise<number> =>
  connected(databaseUrl, async (client) => {
    const { rows } = await client.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${what}`);
    return rows[0]?.n ?? 0;
  });

/** Waits until every key's instance fires. */
async function reached(databaseUrl: string, elapsed: () => number): Promise<void> {
  await connected(databaseUrl, async (client) => {
    for (;;) {
      const { rows } = await client.query<{ n: number }>(
        "SELECT count(DISTINCT scope_key)::int AS n FROM transition WHERE to_status = 'firing' AND scope_key LIKE 'key:%'",
      );
      if ((rows[0]?.n ?? 0) >= KEYS) return;
      if (elapsed() > WITHIN_MS)
        throw new Error(`After ${WITHIN_MS / 1_000} s ${rows[0]?.n} of ${KEYS} fire`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });
}

function summary(runs: FloodRun[]): Measurement {
  const of = (pick: (run: FloodRun) => number) => median(runs.map(pick));
  const seconds = of((run) => run.transitionsMs) / 1_000;
  const slowed = of((run) => 1 - run.meanwhile / ((run.before + run.after) / 2));
  return {
    name: "crossing_at_once",
    workload: `${KEYS} keys cross one rule's threshold in one request, while events of 1,000 other keys arrive as fast as they are taken for ${SECONDS} s; from the answer to the last transition`,
    unit: "s",
    ours: seconds,
    targets: [
      { what: "all transitions, in s", value: seconds, better: "less", atLeast: 10 },
      { what: "ingest slowed by, of its rate before and after", value: slowed, better: "less", atLeast: 0.1 },
    ],
    notes: [
      `messages to the one channel within ${(SECONDS * 1_000 + MAILS_AFTER_MS) / 1_000} s: ${of((run) => run.mails)}; open incidents: ${of((run) => run.incidents)}`,
    ],
    runs,
  };
}
