import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { DEMO_SOURCES, trafficOf } from "@/lib/domain/simulation/demo";
import { runTraffic } from "@/lib/domain/simulation/run";
import { createTraffic } from "@/lib/domain/simulation/traffic";
import { HOUR, SECOND } from "@/lib/domain/usage/duration";
import { furnishDemo } from "@/lib/features/demo/furnish";
import { DEMO, demoKeys, storedDemo } from "@/lib/features/demo/queries";
import { removeDemo } from "@/lib/features/demo/remove";
import type { StoredDemo } from "@/lib/features/demo/schemas";
import { log } from "@/lib/log";
import type { Runtime } from "@/lib/runtime";
import { demoSink } from "./sink";

/** What the charts show of the time before it was switched on. */
const HISTORY_MS = 6 * HOUR;
/** Between two looks at whether it was switched on by another server, whose notice was lost. */
const LOOK_EVERY_MS = 5 * SECOND;
const LOCK = 7_420_006;

/**
 * Sends the demo traffic while it is switched on, and deletes it when it was switched off. Any number of servers may run
 * this: one at a time holds the lock and does the work, whatever becomes of the others.
 */
export function startDemo(runtime: Runtime, historyMs = HISTORY_MS): { stop(): Promise<void> } {
  let stopped = false;
  // Ends what is under way: the setting was changed, or the server stops.
  let turn = new AbortController();
  const unsubscribe = runtime.changed.subscribe(({ entity, id }) => {
    if (entity === "setting" && (id === DEMO || id === "all")) turn.abort();
  });

  async function run(): Promise<void> {
    while (!stopped) {
      turn = new AbortController();
      const { signal } = turn;
      try {
        const stored = await storedDemo();
        if (stored !== null)
          await alone(runtime.db.pool, (lost) => work(stored, AbortSignal.any([signal, lost])));
      } catch (error) {
        if (!signal.aborted) log.warn({ err: error }, "The demo traffic was interrupted; trying again");
      }
      if (!stopped) await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async function work(stored: StoredDemo, signal: AbortSignal): Promise<void> {
    if (stored.state === "removing") return removeDemo(stored, signal);
    await furnishDemo();
    const sink = await demoSink(runtime, stored.source, signal);
    const now = Date.now();
    const from = Math.max(now - historyMs, ((await lastBucket(runtime.db.pool)) ?? 0) + 10 * SECOND);
    const wait = (ms: number, end: AbortSignal) =>
      sleep(ms, undefined, { signal: end }).catch(() => undefined);
    await Promise.all(
      DEMO_SOURCES.flatMap((source) => {
        const part = (name: "live" | "history", start: number, until: number | null) => {
          const traffic = createTraffic(trafficOf(source, name, start, now));
          const { rate } = source;
          return runTraffic({ traffic, sender: sink, from: start, until, rate, signal, now: Date.now, wait });
        };
        return [part("live", now, null), ...(from < now ? [part("history", from, now)] : [])];
      }),
    );
  }

  const ended = run();
  return {
    async stop() {
      stopped = true;
      unsubscribe();
      turn.abort();
      await ended;
    },
  };
}

/** Runs `work` if no other server does; its signal ends when the connection that holds the lock is lost. */
async function alone(pool: pg.Pool, work: (lost: AbortSignal) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  const lost = new AbortController();
  const fail = () => lost.abort();
  client.once("error", fail);
  let broken = true;
  try {
    const { rows } = await client.query<{ free: boolean }>("SELECT pg_try_advisory_lock($1) AS free", [LOCK]);
    if (rows[0]?.free === true) {
      await work(lost.signal);
      await client.query("SELECT pg_advisory_unlock($1)", [LOCK]);
    }
    broken = false;
  } finally {
    client.off("error", fail);
    // A connection that may still hold the lock is closed.
    client.release(broken);
  }
}

/** When the traffic that is stored ends, epoch ms. */
async function lastBucket(pool: pg.Pool): Promise<number | null> {
  const { rows } = await pool.query<{ last: number | null }>(
    "SELECT (extract(epoch FROM max(bucket)) * 1000)::int8 AS last FROM usage_10s WHERE key_id = ANY($1)",
    [demoKeys().map(({ id }) => id)],
  );
  return rows[0]?.last ?? null;
}
