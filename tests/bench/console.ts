import { createRandom } from "@/lib/domain/simulation/random";
import { memoryOf } from "@/tests/support/processes";
import { INGEST_TOKEN } from "@/tests/support/server";
import {
  ACCOUNT,
  changes,
  type FirstLoad,
  framesOf,
  type Script,
  shownAt,
  startViewer,
  type Viewer,
} from "./console-page";
import { openStreams } from "./console-streams";
import { fillHistory } from "./fill";
import { startGenerator } from "./generator";
import { BATCH } from "./ingest-batch";
import { type Measurement, median, quantile, type Run, type Target } from "./report";
import { type Subject, startUsage, withServer } from "./subject";

const KEYS = 10_000;
const DAYS = 30;
const LOADS = 5;
const CHANGES = 24;
const UPDATES_PER_SECOND = 50;
const WATCHED_S = 10;
const PROBES = 30;
const STREAMS = 1_000;
const STREAM_PROBES = 20;

interface ConsoleRun extends Run {
  loads: FirstLoad[];
  /** Paths of the scripts that the overview itself needs. */
  own: string[];
  /** ms to the painted change, ascending. */
  ranges: number[];
  filters: number[];
  /** Frames in each second. */
  frames: number[];
  /** From the answer to an event's POST until it stands on the page, ms, ascending. */
  shown: number[];
  streamBytes: number;
  /** From the answer to an event's POST until every stream has told of its commit, ms, ascending. */
  heard: number[];
  /** The same with one stream. */
  heardAlone: number[];
}

/** What a console over a month of 10,000 keys' events feels like, in Chromium. */
export function consoleBench({
  runs: count,
  events,
}: {
  runs: number;
  events: number;
}): Promise<Measurement[]> {
  const env = { KEYGAUGE_ADMIN_EMAIL: ACCOUNT.email, KEYGAUGE_ADMIN_PASSWORD: ACCOUNT.password };
  return withServer(env, async (subject) => {
    await prepare(subject, events);
    const viewer = await startViewer(subject.server.url);
    try {
      const runs: ConsoleRun[] = [];
      for (let i = 1; i <= count; i++) runs.push(await measure(subject, viewer, `console-${i}`));
      return summary(runs, events);
    } finally {
      await viewer.close();
    }
  });
}

async function prepare({ server, databaseUrl }: Subject, events: number): Promise<void> {
  const generator = await startGenerator({
    seed: "console",
    batch: BATCH.batch,
    keys: KEYS,
    distribution: "zipf",
    requests: 100,
  });
  try {
    await generator.warmUp(server.port);
    await generator.run({ port: server.port, connections: BATCH.connections, seconds: 3 });
  } finally {
    generator.end();
  }
  const begun = performance.now();
  await fillHistory(databaseUrl, { events, days: DAYS, to: Date.now() });
  console.log(`${events} events filled in ${((performance.now() - begun) / 1_000).toFixed(0)} s`);
}

async function measure(subject: Subject, viewer: Viewer, seed: string): Promise<ConsoleRun> {
  const { server } = subject;
  const usage = startUsage(subject);
  const random = createRandom(seed);
  const loads: FirstLoad[] = [];
  for (let i = 0; i < LOADS; i++) loads.push(await viewer.firstLoad("/"));

  const own = await viewer.ownScripts("/");

  const overview = await viewer.open("/");
  const ranges = await changes(overview, [/^6 h$/, /^24 h$/, /^1 h$/], CHANGES);
  let sending = true;
  const updates = (async () => {
    const begun = performance.now();
    for (let sent = 0; sending; sent++) {
      await post(server.url, { key: `sk-bench-live-${random.integer(UPDATES_PER_SECOND)}` });
      const due = begun + ((sent + 1) * 1_000) / UPDATES_PER_SECOND;
      await pause(Math.max(0, due - performance.now()));
    }
  })();
  const frames = await framesOf(overview, WATCHED_S);
  sending = false;
  await updates;
  await overview.close();

  const keys = await viewer.open("/keys");
  const filters = await changes(keys, [/^Healthy/, /^All /], CHANGES);
  await keys.close();

  const shown: number[] = [];
  const name = `bench-probe-${seed}`;
  await post(server.url, { key: `sk-${name}-0123456789`, key_name: name });
  const list = await viewer.open(`/keys?q=${name}`);
  const href = await list.getByRole("link", { name, exact: true }).getAttribute("href");
  await list.close();
  const page = await viewer.open(href ?? "/keys");
  for (let i = 0; i < PROBES; i++) {
    const consumer = `probe ${i} of ${seed}`;
    const seen = shownAt(page, consumer);
    await pause(1_200 + random.integer(600));
    await post(server.url, { key: `sk-${name}-0123456789`, consumer });
    const answered = Date.now();
    shown.push(Math.max(0, (await seen) - answered));
  }
  await page.close();

  const alone = await openStreams(server.url, 1);
  const heardAlone = await heardOf(server.url, alone, random);
  alone.close();
  const before = memoryOf(server.pid).now;
  const streams = await openStreams(server.url, STREAMS);
  const heard = await heardOf(server.url, streams, random);
  const streamBytes = Math.max(0, memoryOf(server.pid).now - before) / STREAMS;
  streams.close();

  const sorted = (times: number[]) => times.sort((a, b) => a - b);
  return {
    ...usage(),
    generatorCpuS: 0,
    loads,
    own,
    ranges,
    filters,
    frames,
    shown: sorted(shown),
    streamBytes,
    heard: sorted(heard),
    heardAlone: sorted(heardAlone),
  };
}

async function heardOf(
  url: string,
  streams: Awaited<ReturnType<typeof openStreams>>,
  random: ReturnType<typeof createRandom>,
): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < STREAM_PROBES; i++) {
    await pause(300 + random.integer(300));
    // Listening first: the answer and the word of it race each other.
    const heard = streams.heard();
    await post(url, { key: `sk-bench-stream-${i}` });
    const answered = performance.now();
    times.push(Math.max(0, (await heard) - answered));
  }
  return times;
}

async function post(url: string, event: Record<string, unknown>): Promise<void> {
  const response = await fetch(`${url}/api/v1/events`, {
    method: "POST",
    headers: { authorization: `Bearer ${INGEST_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify({ provider: "openai", status: 200, ...event }),
  });
  if (!response.ok) throw new Error(`POST /api/v1/events: HTTP ${response.status}`);
  await response.arrayBuffer();
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function summary(runs: ConsoleRun[], events: number): Measurement[] {
  const of = (pick: (run: ConsoleRun) => number) => median(runs.map(pick));
  const stored = `${events} events of ${KEYS} keys over ${DAYS} days stored`;
  const one = (
    name: string,
    workload: string,
    unit: string,
    ours: number,
    goal: Pick<Target, "better" | "atLeast">,
    notes: string[] = [],
  ): Measurement => ({
    name: `console, ${name}`,
    workload: `${workload}; ${stored}`,
    unit,
    ours,
    targets: [{ what: unit, value: ours, ...goal }],
    notes,
    runs,
  });
  const less = (atLeast: number) => ({ better: "less" as const, atLeast });
  const loadOf = (pick: (load: FirstLoad) => number) => of((run) => median(run.loads.map(pick)));
  const throttled = `the overview, nothing cached, the CPU throttled 4 times; median of ${LOADS} loads`;
  const scriptsOf = (which: (script: Script, isOwn: boolean) => boolean) =>
    of((run) =>
      median(
        run.loads.map(({ scripts }) =>
          scripts.reduce((sum, script) => {
            const counts = which(script, run.own.includes(script.path));
            return sum + (counts ? script.bytes / 1_000 : 0);
          }, 0),
        ),
      ),
    );
  const tail = (pick: (run: ConsoleRun) => number[]) => of((run) => quantile(pick(run), 0.95));
  const middle = (pick: (run: ConsoleRun) => number[]) => of((run) => quantile(pick(run), 0.5)).toFixed(0);
  return [
    one(
      "first contentful paint",
      throttled,
      "ms",
      loadOf((load) => load.firstPaintMs),
      less(800),
    ),
    one(
      "largest contentful paint",
      throttled,
      "ms",
      loadOf((load) => load.largestPaintMs),
      less(1_200),
    ),
    one(
      "JavaScript named by the page",
      "the overview, nothing cached; the scripts that its document names, compressed",
      "kB",
      scriptsOf(({ isNamed }) => isNamed),
      less(250),
    ),
    one(
      "the overview's own JavaScript",
      "the same, and what they ask for to show the overview: the drawing library",
      "kB",
      scriptsOf(({ isNamed }, isOwn) => isNamed || isOwn),
      less(250),
      [`${scriptsOf(({ isNamed }, isOwn) => !isNamed && !isOwn).toFixed(1)} kB more for pages a click away`],
    ),
    one(
      "range change",
      `the overview's range, click to painted; p95 of ${CHANGES}`,
      "ms",
      tail((run) => run.ranges),
      less(150),
      [`median ${middle((run) => run.ranges)} ms`],
    ),
    one(
      "filter change",
      `the list of keys by state, click to painted; p95 of ${CHANGES}`,
      "ms",
      tail((run) => run.filters),
      less(150),
      [`median ${middle((run) => run.filters)} ms`],
    ),
    one(
      "frames",
      `the overview under ${UPDATES_PER_SECOND} events a second, ${WATCHED_S} s`,
      "frames/s",
      of((run) => run.frames.reduce((sum, count) => sum + count, 0) / run.frames.length),
      { better: "more", atLeast: 55 },
      [`the slowest second had ${of((run) => Math.min(...run.frames))}`],
    ),
    one(
      "event on screen",
      `a key's page, from the answer to an event's POST to its row; p95 of ${PROBES}`,
      "ms",
      tail((run) => run.shown),
      less(500),
      [`median ${middle((run) => run.shown)} ms`],
    ),
    one(
      "a stream's memory",
      `${STREAMS} open streams, the growth of the server's resident memory`,
      "kB",
      of((run) => run.streamBytes / 1_000),
      less(50),
    ),
    one(
      "the last of 1,000 streams",
      `from the answer to an event's POST until each of ${STREAMS} streams told of it; p95 of ${STREAM_PROBES}`,
      "ms",
      tail((run) => run.heard),
      less(500),
      [`with one stream p95 ${tail((run) => run.heardAlone).toFixed(0)} ms`],
    ),
  ];
}
