import { parseRange, resolveRange } from "@/lib/domain/charts/range";
import { readDetail } from "@/lib/domain/usage/detail";
import { DAY, HOUR } from "@/lib/domain/usage/duration";
import { LimitPast, type UsedBucket } from "@/lib/domain/usage/limit-past";
import { firstMomentSql } from "@/lib/domain/usage/moment";
import { outcomeCode } from "@/lib/domain/usage/outcome";
import type { KeyState } from "@/lib/domain/usage/state";
import { type PastFacts, type Refusal, type StateSpan, stateHistory } from "@/lib/domain/usage/state-history";
import { STEP_MS, STEP_TIER } from "@/lib/domain/usage/steps";
import { outcomeCount } from "@/lib/domain/usage/totals";
import { floorBucket, type Range, TIER_KEPT_MS, windowRange } from "@/lib/domain/usage/window";
import { runtime } from "@/lib/runtime";
import { countedLimits } from "../limits/measure";
import { memo } from "../memo";
import { readSeries } from "../usage/totals";
import { chartStep } from "./activity";
import { readKey } from "./queries";
import { factsOf } from "./read";

/** Finer than this, a band shows nothing more. */
const MOST_SLOTS = 2_100;

/** So many refusals are looked up, and so many calls passed over for them, as they are expected to lie. */
const MOST_REFUSALS = 300;
const MOST_PASSED_OVER = 50_000;

/** A key's states over a range, without a gap; instants in epoch ms. */
export interface KeyStatesDto {
  at: number;
  from: number;
  to: number;
  /** States are told in steps of this length. */
  slot_ms: number;
  states: { from: number; to: number; state: KeyState }[];
}

/** GET /keys/:id/states: `range`, or `from` and `to`. Throws `not_found`. */
export async function getKeyStates(
  id: string,
  params: URLSearchParams,
  now: number = Date.now(),
): Promise<KeyStatesDto> {
  const range = parseRange(params);
  const key = await readKey(id, now);
  const states = await memo(
    `states ${id} ${range.kind === "preset" ? range.preset : `${range.from} ${range.to}`}`,
    () => readStates(key, resolveRange(range, now), now),
  );
  return withCurrent(states, key.status.state, now);
}

async function readStates(
  key: Awaited<ReturnType<typeof readKey>>,
  range: Range,
  now: number,
): Promise<KeyStatesDto> {
  const { pool } = runtime().db;
  const keyId = key.row.id;
  const step = chartStep(range, now, MOST_SLOTS);
  const slotMs = STEP_MS[step];
  const from = floorBucket(range.from, slotMs);
  const to = Math.min(range.to, now);
  const limits = (await countedLimits(pool, [keyId])).get(keyId) ?? [];
  const reach = Math.min(from, ...limits.map(({ window }) => windowRange(window, from).from));
  // Whole hours stand for what is long past.
  const fine = Math.max(
    floorBucket(from - DAY, HOUR),
    floorBucket(now - TIER_KEPT_MS[STEP_TIER[step]] + DAY, HOUR),
  );
  const coarse = floorBucket(Math.min(reach, fine), HOUR);
  const [before, hours, slots, blocked] = await Promise.all([
    readPast(keyId, coarse),
    readUse(keyId, { from: coarse, to: Math.min(fine, to) }, "hour", HOUR),
    readUse(keyId, { from: fine, to }, STEP_TIER[step], Math.min(slotMs, DAY)),
    readBlocks(keyId, key.row.blocked_at, now),
  ]);
  const buckets = [...hours, ...slots];
  const refusals = await readRefusals(keyId, slots);
  const facts = factsOf(key.row);
  const states =
    to <= from
      ? []
      : stateHistory({
          from,
          to,
          slotMs,
          buckets,
          before,
          refusals,
          latest: facts,
          blocked,
          limits: limits.map((limit) => new LimitPast(limit, buckets)),
        });
  return { at: now, from, to: range.to, slot_ms: slotMs, states };
}

/** The end of the band is the state that the key has: providers' words on limits count for it too. */
function withCurrent(read: KeyStatesDto, state: KeyState, now: number): KeyStatesDto {
  const last = read.states.at(-1);
  if (last === undefined || read.to < read.at) return read;
  const from = Math.max(read.from, floorBucket(now, read.slot_ms));
  const earlier = read.states
    .filter((span) => span.from < from)
    .map((span): StateSpan => ({ ...span, to: Math.min(span.to, from) }));
  const end = { from, to: Math.max(now, last.to), state };
  const before = earlier.at(-1);
  return {
    ...read,
    states:
      before?.state === state ? [...earlier.slice(0, -1), { ...end, from: before.from }] : [...earlier, end],
  };
}

async function readUse(
  keyId: number,
  range: Range,
  tier: "10s" | "minute" | "hour",
  ms: number,
): Promise<UsedBucket[]> {
  if (range.to <= range.from) return [];
  const series = await readSeries(
    runtime().db.pool,
    { ...range, tier, stepMs: ms },
    { filter: { keyIds: [keyId] } },
  );
  return [...(series.get(null) ?? [])].sort(([a], [b]) => a - b).map(([at, totals]) => ({ at, ms, totals }));
}

/** What the hours before `at` said last. */
async function readPast(keyId: number, at: number): Promise<PastFacts> {
  const { rows } = await runtime().db.pool.query<
    Record<"used" | "refused" | "quota" | "success", number | null>
  >(
    `SELECT max(bucket) AS used, max(bucket) FILTER (WHERE unauthorized > 0) AS refused,
            max(bucket) FILTER (WHERE quota_exhausted > 0) AS quota,
            max(bucket) FILTER (WHERE requests > rate_limited + quota_exhausted + overloaded + unauthorized + client_error + server_error + timeout) AS success
       FROM usage_hour WHERE key_id = $1 AND bucket < to_timestamp($2::int8 / 1000.0)`,
    [keyId, at],
  );
  const { used = null, refused = null, quota = null, success = null } = rows[0] ?? {};
  return {
    latestEventAt: used === null ? null : used + HOUR - 1,
    latestOutcome: used === null ? null : refused === used ? "unauthorized" : "success",
    quotaExhaustedAt: quota === null ? null : quota + HOUR - 1,
    lastSuccessAt: success === null ? null : success + HOUR - 1,
  };
}

/**
 * The last rate_limited call of each slot that has one, the latest slots first until they are too many, or their calls too
 * many to pass over; ascending. Those that retention has dropped are missing.
 */
async function readRefusals(keyId: number, slots: readonly UsedBucket[]): Promise<Refusal[]> {
  const wanted: UsedBucket[] = [];
  let calls = 0;
  for (const slot of slots.toReversed()) {
    const refused = outcomeCount(slot.totals, "rate_limited");
    if (refused === 0) continue;
    calls += slot.totals.requests / refused;
    if (wanted.length === MOST_REFUSALS || calls > MOST_PASSED_OVER) break;
    wanted.push(slot);
  }
  if (wanted.length === 0) return [];
  const { rows } = await runtime().db.pool.query<{ at: number; detail: Uint8Array | null }>(
    `SELECT event_at(e.moment) AS at, e.detail
       FROM unnest($2::int8[], $3::int8[]) AS slot(start, stop), LATERAL (
            SELECT moment, detail FROM usage_event
             WHERE key_id = $1 AND outcome = ${outcomeCode("rate_limited")}
               AND moment >= ${firstMomentSql("slot.start")} AND moment < ${firstMomentSql("slot.stop")}
             ORDER BY moment DESC LIMIT 1) e
      ORDER BY e.moment`,
    [keyId, wanted.map(({ at }) => at), wanted.map(({ at, ms }) => at + ms)],
  );
  return rows.map(({ at, detail }) => ({ at, retryAfterS: readDetail(detail).retryAfterS }));
}

/** When the key was blocked, as the audit log tells it. */
async function readBlocks(keyId: number, blockedAt: number | null, now: number): Promise<Range[]> {
  const { rows } = await runtime().db.pool.query<{ at: number; blocked: boolean }>(
    `SELECT at, (changes ->> 'blocked')::bool AS blocked FROM audit_entry
      WHERE entity = 'key' AND entity_id = $1 AND changes ? 'blocked' ORDER BY at`,
    [String(keyId)],
  );
  const spans: Range[] = [];
  let since: number | null = null;
  for (const { at, blocked } of rows) {
    if (blocked) since ??= at;
    else if (since !== null) {
      spans.push({ from: since, to: at });
      since = null;
    }
  }
  if (blockedAt !== null) spans.push({ from: Math.min(blockedAt, since ?? blockedAt), to: now + DAY });
  return spans;
}
