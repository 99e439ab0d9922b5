import { setTimeout as pause } from "node:timers/promises";
import type pg from "pg";
import { expect } from "vitest";
import { eventHash } from "@/lib/crypto";
import { MINUTES } from "@/lib/db/tier-rows";
import { FAILURE_COLUMNS } from "@/lib/db/usage-columns";
import { createRandom, type Random } from "@/lib/domain/simulation/random";
import { createSender, type SendTotals } from "@/scripts/simulation/sender";

export interface LoadOptions {
  url: string;
  token: string;
  seed: string;
  /** Requests in flight. */
  clients?: number;
  /** Events a request at most; most requests have fewer. */
  batch?: number;
  keys?: number;
}

export interface Load {
  totals: Readonly<SendTotals>;
  /** Ids of every event sent so far. */
  ids: readonly string[];
  /** Resolves once that many more events are acknowledged. Rejects when the load cannot go on. */
  acknowledged(more: number): Promise<void>;
  /** Sends no more and resolves once everything sent is acknowledged. */
  finish(): Promise<void>;
}

const STATUSES = [200, 200, 200, 200, 200, 200, 429, 402, 401, 400, 500, 503, 504] as const;
/** The longest wait between two tries, whatever the server asks for: the tests are about the moment it is back. */
const RETRY_MS = 50;

/**
 * Clients that post events as fast as they are taken and repeat each request, ids and all, until it is acknowledged.
 * One event in five has no time of its own, so that receipts are in play.
 */
export function startLoad(options: LoadOptions): Load {
  const { url, token, seed, clients = 8, batch = 40, keys = 25 } = options;
  const random = createRandom(seed);
  const ids: string[] = [];
  const waiting = new Set<() => void>();
  const sender = createSender({
    url,
    token,
    connections: clients,
    signal: new AbortController().signal,
    wait: (ms) => pause(Math.min(ms, RETRY_MS)),
  });
  let going = true;
  const answered = () => sender.totals.sent - sender.totals.waiting;
  const run = async () => {
    while (going) {
      const events = Array.from({ length: 1 + random.integer(batch) }, () => {
        const id = `${seed}-${ids.length}`;
        ids.push(id);
        return event(random, id, keys);
      });
      await sender.send(events);
      for (const check of [...waiting]) check();
    }
    await sender.flush();
  };
  const running = run();
  return {
    totals: sender.totals,
    ids,
    async acknowledged(more) {
      const wanted = answered() + more;
      const reached = new Promise<void>((resolve) => {
        const check = () => {
          if (answered() < wanted) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
      });
      await Promise.race([reached, running]);
    },
    async finish() {
      going = false;
      await running;
    },
  };
}

function event(random: Random, id: string, keys: number): object {
  const status = random.pick(STATUSES);
  return {
    id,
    ...(random.chance(0.2) ? {} : { time: Date.now() - random.integer(90_000) }),
    key: `sk-load-${String(random.integer(keys)).padStart(4, "0")}-abcdefghijkl`,
    provider: "openai",
    consumer: random.pick(["checkout", "search", "support"]),
    model: "gpt-5",
    status,
    latency_ms: Math.round(random.logNormal(400, 0.8) * 10) / 10,
    input_tokens: random.integer(4_000),
    output_tokens: random.integer(900),
    cached_tokens: random.integer(500),
    cost_usd: random.integer(50_000) / 1e6,
    request_bytes: random.integer(20_000),
    response_bytes: random.integer(20_000),
  };
}

/** Asserts that every event is stored exactly once, and nothing else. */
export async function expectExactlyOnce(
  pool: pg.Pool,
  sourceId: number,
  ids: readonly string[],
): Promise<void> {
  const { rows } = await pool.query<{ id: string }>("SELECT event_id::text AS id FROM usage_event");
  const wanted = new Set(ids.map((id) => eventHash(sourceId, id).toString()));
  const stored = new Set(rows.map((row) => row.id));
  const lost = [...wanted].filter((id) => !stored.has(id)).length;
  const strange = [...stored].filter((id) => !wanted.has(id)).length;
  expect({ lost, strange, doubled: rows.length - stored.size, stored: rows.length }).toEqual({
    lost: 0,
    strange: 0,
    doubled: 0,
    stored: ids.length,
  });
}

const TIERS = [
  ["usage_10s", "date_bin('10 s', event_at(moment), 'epoch')"],
  [MINUTES, "date_trunc('minute', event_at(moment))"],
  ["usage_hour", "date_trunc('hour', event_at(moment))"],
] as const;

/** Asserts that every row of every tier is what its events add up to, histograms included. */
export async function expectTiersEqualEvents(pool: pg.Pool): Promise<void> {
  for (const [tier, bucket] of TIERS) {
    const fromEvents = `
      SELECT key_id, ${bucket} AS bucket, source_id, consumer_id, count(*)::int8,
             count(*) FILTER (WHERE outcome = 1)::int8, count(*) FILTER (WHERE outcome = 2)::int8,
             count(*) FILTER (WHERE outcome = 3)::int8, count(*) FILTER (WHERE outcome = 4)::int8,
             count(*) FILTER (WHERE outcome = 5)::int8, count(*) FILTER (WHERE outcome = 6)::int8,
             count(*) FILTER (WHERE outcome = 7)::int8, coalesce(sum(input_tokens), 0)::int8,
             coalesce(sum(output_tokens), 0)::int8, coalesce(sum(cost_micros), 0)::int8, sum(latency_unit(latency_ms))
        FROM usage_event GROUP BY 1, 2, 3, 4`;
    const fromTier = `
      SELECT key_id, ${bucket.replace("event_at(moment)", "bucket")}, source_id, consumer_id, sum(requests)::int8,
             ${FAILURE_COLUMNS.map((name) => `coalesce(sum(${name}), 0)::int8`).join(", ")}, sum(input_tokens)::int8,
             sum(output_tokens)::int8, sum(cost_micros)::int8, coalesce(sum(latency), 0) + latency_of(string_agg(samples, ''::bytea))
        FROM ${tier} r GROUP BY 1, 2, 3, 4`;
    const { rows } = await pool.query<{ missing: number; extra: number; rows: number }>(
      `SELECT (SELECT count(*) FROM (${fromEvents} EXCEPT ALL ${fromTier}) a)::int8 AS missing,
              (SELECT count(*) FROM (${fromTier} EXCEPT ALL ${fromEvents}) b)::int8 AS extra,
              (SELECT count(*) FROM ${tier} r)::int8 AS rows`,
    );
    expect({ tier, missing: rows[0]?.missing, extra: rows[0]?.extra }).toEqual({
      tier,
      missing: 0,
      extra: 0,
    });
    expect(rows[0]?.rows, `${tier} has rows`).toBeGreaterThan(0);
  }
}
