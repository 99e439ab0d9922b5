import { createTransport } from "nodemailer";
import { createRandom } from "@/lib/domain/simulation/random";
import { createApi } from "@/scripts/demo/api";
import { ADMIN_TOKEN, INGEST_TOKEN } from "@/tests/support/server";
import { type SmtpTestServer, startSmtp } from "@/tests/support/smtp";
import { startGenerator } from "./generator";
import { type Measurement, median, quantile, type Run } from "./report";
import { type Subject, startUsage, withServer } from "./subject";
import { connected } from "./yardsticks";

const CROSSINGS = 200;
const THRESHOLD = 1_000;
/** Rules that each watch one key of the background load; with those that cross and the one on every key there are 1,000. */
const WATCHERS = 799;
const BACKGROUND_BATCH = 500;
const BACKGROUND_KEYS = 10_000;
const CONNECTIONS = 8;
const CALIBRATION_S = 6;
/** Of the waits between two crossings, ms: they fall anywhere in the server's ticks and polls. */
const MEAN_GAP_MS = 200;
const MEDIAN_TARGET = 300;
const P99_TARGET = 1_500;
const ARRIVES_WITHIN_MS = 20_000;

interface CrossingRun extends Run {
  /** From the answer to the POST, which follows the commit, to the message's arrival, ms, ascending. */
  latencies: number[];
  /** Those of rules on a calendar month. */
  monthly: number[];
  /** From the POST to its answer, ms, ascending. */
  acks: number[];
  /** From handing a mail to a bare Nodemailer to its arrival, ms, ascending. */
  mails: number[];
  backgroundRate: number;
}

/** How long it takes from the commit of the event that crosses a threshold to the message's arrival at the SMTP server. */
export async function crossing({ runs: count }: { runs: number }): Promise<Measurement[]> {
  const runs: CrossingRun[] = [];
  for (let i = 1; i <= count; i++) {
    const run = await measure(`crossing-${i}`);
    console.log(
      `run ${i}: median ${quantile(run.latencies, 0.5).toFixed(0)} ms, p95 ${quantile(run.latencies, 0.95).toFixed(0)} ms, p99 ${quantile(run.latencies, 0.99).toFixed(0)} ms, slowest ${quantile(run.latencies, 1).toFixed(0)} ms`,
    );
    runs.push(run);
  }
  return summary(runs);
}

async function measure(seed: string): Promise<CrossingRun> {
  const smtp = await startSmtp();
  try {
    return await withServer({ SMTP_URL: smtp.url, MAIL_FROM: "keygauge@example.com" }, (subject) =>
      measureOn(subject, smtp, seed),
    );
  } finally {
    await smtp.close();
  }
}

async function measureOn(subject: Subject, smtp: SmtpTestServer, seed: string): Promise<CrossingRun> {
  const { url, port } = subject.server;
  const generator = await startGenerator({
    seed,
    keys: BACKGROUND_KEYS,
    distribution: "zipf",
    batch: BACKGROUND_BATCH,
    requests: 200,
  });
  try {
    await generator.warmUp(port);
    await createRules(url, await someKeys(subject.databaseUrl));
    // One below the threshold, so that each crossing is one event.
    for (let i = 0; i < CROSSINGS; i++) await post(url, events(i, THRESHOLD - 1));
    const most = await generator.run({ port, connections: CONNECTIONS, seconds: CALIBRATION_S });
    const usage = startUsage(subject);
    const background = generator.run({
      port,
      connections: CONNECTIONS,
      rate: most.accepted / most.seconds / 2 / BACKGROUND_BATCH,
      // Longer than the crossings take; it is told to stop.
      seconds: (CROSSINGS * MEAN_GAP_MS * 3) / 1_000,
    });
    const { latencies, monthly, acks } = await cross(url, smtp, seed);
    const used = usage();
    const mails = await bareMails(smtp);
    generator.stop();
    const load = await background;
    return {
      ...used,
      latencies,
      monthly,
      acks,
      mails,
      backgroundRate: load.accepted / load.seconds,
      generatorCpuS: load.cpuSeconds,
    };
  } finally {
    generator.end();
  }
}

const provider = (i: number) => `provider-${String(i).padStart(3, "0")}`;
/** Every other rule counts a month to date. */
const isMonthly = (i: number) => i % 2 === 1;
const ruleName = (i: number) => `Crossing ${String(i).padStart(3, "0")}`;

/** Ids of as many keys as there are watchers. */
const someKeys = (databaseUrl: string): Promise<string[]> =>
  connected(databaseUrl, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `SELECT id::text FROM api_key ORDER BY id LIMIT ${WATCHERS}`,
    );
    return rows.map(({ id }) => id);
  });

/** A rule for each provider, and those that watch the keys of the background load without ever firing. */
async function createRules(url: string, watched: readonly string[]): Promise<void> {
  const api = createApi(url, ADMIN_TOKEN);
  const channel = await api.post("/channels", {
    name: "Operators",
    kind: "email",
    config: { to: ["ops@example.com"] },
  });
  const rule = {
    metric: "requests",
    window: "5m",
    operator: ">=",
    channels: [channel.id],
  };
  for (let i = 0; i < CROSSINGS; i++) {
    await api.post("/rules", {
      ...rule,
      ...(isMonthly(i) ? { window: "calendar_month" } : {}),
      name: ruleName(i),
      scope: { each: "key", provider: provider(i) },
      tiers: [{ severity: "critical", threshold: THRESHOLD }],
    });
  }
  const never = { ...rule, tiers: [{ severity: "critical", threshold: 1_000_000_000 }] };
  await api.post("/rules", { ...never, name: "Every key", scope: { each: "key" } });
  for (const key of watched)
    await api.post("/rules", { ...never, name: `Key ${key}`, scope: { each: "key", key } });
}

const events = (i: number, count: number) =>
  Array.from({ length: count }, () => ({
    key: `sk-crossing-${i}-Zq81kTTwQ93bHxy7`,
    provider: provider(i),
    model: "gpt-5",
    status: 200,
    latency_ms: 800,
    input_tokens: 900,
    output_tokens: 200,
  }));

async function post(url: string, body: object[]): Promise<void> {
  const response = await fetch(`${url}/api/v1/events`, {
    method: "POST",
    headers: { authorization: `Bearer ${INGEST_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as { accepted?: number };
  if (answer.accepted !== body.length)
    throw new Error(`An event was not accepted: ${JSON.stringify(answer)}`);
}

async function cross(
  url: string,
  smtp: SmtpTestServer,
  seed: string,
): Promise<{ latencies: number[]; monthly: number[]; acks: number[] }> {
  const random = createRandom(seed);
  const answeredAt: number[] = [];
  const acks: number[] = [];
  const posts: Promise<void>[] = [];
  for (let i = 0; i < CROSSINGS; i++) {
    await pause(random.uniform() * 2 * MEAN_GAP_MS);
    const at = Date.now();
    posts.push(
      post(url, events(i, 1)).then(() => {
        answeredAt[i] = Date.now();
        acks.push(Date.now() - at);
      }),
    );
  }
  await Promise.all(posts);
  await smtp.waitFor(CROSSINGS, ARRIVES_WITHIN_MS);
  const arrivedAt = new Map<string, number[]>();
  for (const { mail, receivedAt } of smtp.messages) {
    const name = /Crossing \d{3}/.exec(`${mail.subject} ${mail.text}`)?.[0] ?? "";
    arrivedAt.set(name, [...(arrivedAt.get(name) ?? []), receivedAt]);
  }
  const latencies = answeredAt.map((at, i) => {
    const arrivals = arrivedAt.get(ruleName(i)) ?? [];
    if (arrivals.length !== 1)
      throw new Error(`${arrivals.length} messages came for "${ruleName(i)}", expected 1`);
    return (arrivals[0] ?? Number.NaN) - at;
  });
  const ascending = (list: number[]) => list.sort((a, b) => a - b);
  const monthly = ascending(latencies.filter((_, i) => isMonthly(i)));
  return { latencies: ascending(latencies), monthly, acks: ascending(acks) };
}

/** The same mail, as the last crossing sent it, by Nodemailer alone under the same load. */
async function bareMails(smtp: SmtpTestServer): Promise<number[]> {
  const template = smtp.messages[0];
  if (template === undefined) return [];
  const transport = createTransport(smtp.url);
  const times: number[] = [];
  for (let i = 0; i < 50; i++) {
    const arrived = smtp.messages.length + 1;
    const begun = Date.now();
    const envelope = { from: "keygauge@example.com", to: template.recipients };
    await transport.sendMail({ raw: template.raw, envelope });
    const mails = await smtp.waitFor(arrived);
    times.push((mails.at(-1)?.receivedAt ?? Number.NaN) - begun);
  }
  transport.close();
  return times.sort((a, b) => a - b);
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function summary(runs: CrossingRun[]): Measurement[] {
  const of = (pick: (run: CrossingRun) => number) => median(runs.map(pick));
  const at = (q: number) => of((run) => quantile(run.latencies, q));
  const ofMonth = (q: number) => of((run) => quantile(run.monthly, q));
  const common = {
    workload: `${CROSSINGS} crossings of as many rules and providers, one event each, at random moments ${MEAN_GAP_MS} ms apart on average, from the answer to the POST, which follows the commit, to the message at a real SMTP server; every other rule on a calendar month; ${BACKGROUND_KEYS} other keys meanwhile at half of the highest rate, in requests of ${BACKGROUND_BATCH}, all of them watched; ${CROSSINGS + 1 + WATCHERS} rules; each run on a fresh installation`,
    unit: "ms",
    runs,
  };
  const floor = (q: number) => ({
    what: "the same mail sent by Nodemailer alone, at this quantile under the same load; 100 ms of it are the SMTP server's, which waits so long before it greets",
    value: of((run) => quantile(run.mails, q)),
  });
  const notes = [
    `p95 ${at(0.95).toFixed(0)} ms, slowest of all runs ${Math.max(...runs.map((run) => quantile(run.latencies, 1))).toFixed(0)} ms`,
    `answer to the POST: p50 ${of((run) => quantile(run.acks, 0.5)).toFixed(0)} ms, p99 ${of((run) => quantile(run.acks, 0.99)).toFixed(0)} ms; bare mail: p50 ${of((run) => quantile(run.mails, 0.5)).toFixed(0)} ms`,
    `background load: ${of((run) => run.backgroundRate).toFixed(0)} events/s; everything but the server and Postgres used ${of((run) => run.othersCpuS / run.seconds).toFixed(2)} cores`,
  ];
  return [
    {
      ...common,
      name: "crossing, median",
      ours: at(0.5),
      limit: floor(0.5),
      targets: [
        { what: "median in ms", value: at(0.5), better: "less", atLeast: MEDIAN_TARGET },
        {
          what: "median of a calendar month in ms",
          value: ofMonth(0.5),
          better: "less",
          atLeast: MEDIAN_TARGET,
        },
      ],
      notes,
    },
    {
      ...common,
      name: "crossing, p99",
      ours: at(0.99),
      limit: floor(0.99),
      targets: [
        { what: "p99 in ms", value: at(0.99), better: "less", atLeast: P99_TARGET },
        { what: "p99 of a calendar month in ms", value: ofMonth(0.99), better: "less", atLeast: P99_TARGET },
      ],
      notes: [],
    },
  ];
}
