import type pg from "pg";
import { transaction } from "@/lib/db/db";
import {
  type Arrival,
  admit,
  breaksThrough,
  type Hold,
  holdNow,
  pairOf,
  type Verdict,
} from "@/lib/domain/delivery/admission";
import { type Member, type Release, releasesOf } from "@/lib/domain/delivery/digest";
import { suppressAll } from "@/lib/features/deliveries/bulk";
import { moveTo } from "@/lib/features/deliveries/instead";
import { type Around, readAround, WAITING } from "./moment";
import { release } from "./release";

/** Messages looked at in one transaction; the next pass goes on. */
const BATCH = 2_000;
/** One server at a time lets messages through, so that all of them keep the same limits. */
const LOCK = 0x6b676164;

const BUDGET_USED = "The SMS budget is used up";

/**
 * Lets new messages through or holds them, and tells those whose hold is over. True when more are waiting to be looked
 * at. The database's clock decides.
 */
export async function admitWaiting(pool: pg.Pool, appUrl: string): Promise<boolean> {
  const { rows } = await pool.query<{ due: boolean }>(
    `SELECT EXISTS (SELECT FROM delivery WHERE ${WAITING} AND (held_until IS NULL OR held_until <= now())) AS due`,
  );
  if (rows[0]?.due !== true) return false;
  return transaction(pool, async (client) => {
    const locked = await client.query<{ free: boolean; now: number }>(
      "SELECT pg_try_advisory_xact_lock($1) AS free, now() AS now",
      [LOCK],
    );
    const { free, now } = locked.rows[0] ?? {};
    // Whoever has it looks again after its own commit.
    if (free !== true || now === undefined) return false;
    const due = await dueGroups(client);
    const arrivals = await newArrivals(client);
    const around = await readAround(client, now, [...due, ...arrivals]);
    for (const group of due) await releaseGroup(client, group, around, appUrl);
    await writeVerdicts(client, arrivals, admit(arrivals, around.moment), around);
    await writeAround(client, around);
    return arrivals.length === BATCH;
  });
}

/** Messages of a channel that waited for the same, and wait no longer. */
interface Group {
  channelId: string;
  hold: Hold;
}

async function dueGroups(client: pg.PoolClient): Promise<Group[]> {
  const { rows } = await client.query<{ channel_id: string; hold: Hold }>(
    `SELECT channel_id, hold FROM delivery WHERE ${WAITING} AND held_until <= now()
      GROUP BY channel_id, hold ORDER BY min(seq)`,
  );
  return rows.map(({ channel_id, hold }) => ({ channelId: channel_id, hold }));
}

interface ArrivalRow {
  id: string;
  channel_id: string;
  incident_id: string | null;
  kind: string;
  rule_id: string | null;
  severity: string | null;
}

const ARRIVAL = `id, channel_id, incident_id, kind, notification->'rule'->>'id' AS rule_id, notification->>'severity' AS severity`;

const toArrival = (row: ArrivalRow): Arrival => ({
  id: row.id,
  channelId: row.channel_id,
  ruleId: row.rule_id ?? "",
  incidentId: row.incident_id,
  kind: row.kind,
  critical: row.severity === "critical",
});

async function newArrivals(client: pg.PoolClient): Promise<Arrival[]> {
  const { rows } = await client.query<ArrivalRow>(
    `SELECT ${ARRIVAL} FROM delivery WHERE ${WAITING} AND held_until IS NULL ORDER BY seq LIMIT ${BATCH}`,
  );
  return rows.map(toArrival);
}

interface MemberRow extends ArrivalRow {
  seen: boolean;
}

/** Tells a group as one, or holds it for what has come in between: quiet hours, the limit. */
async function releaseGroup(
  client: pg.PoolClient,
  { channelId, hold }: Group,
  around: Around,
  appUrl: string,
): Promise<void> {
  const { moment } = around;
  // What waits for an earlier message of its incident stays until that one has ended.
  const { rows } = await client.query<MemberRow>(
    `SELECT ${ARRIVAL}, maybe_sent OR reached <> '[]' AS seen FROM delivery d
      WHERE ${WAITING} AND channel_id = $1 AND hold = $2 AND held_until <= now()
        AND NOT EXISTS (SELECT FROM delivery e
                         WHERE e.channel_id = d.channel_id AND e.incident_id = d.incident_id AND e.seq < d.seq
                           AND e.state IN ('queued', 'sending') AND (e.admitted_at IS NOT NULL OR e.hold <> $2))
      ORDER BY seq`,
    [channelId, hold],
  );
  const free: (Member & { ruleId: string })[] = [];
  const quiet: Verdict[] = [];
  for (const row of rows) {
    const arrival = toArrival(row);
    const until = moment.quietUntil(channelId, breaksThrough(arrival));
    if (until === null) free.push({ ...arrival, seen: row.seen });
    else quiet.push({ id: row.id, admitted: false, hold: "quiet", until });
  }
  await keepHeld(client, quiet);
  for (const one of releasesOf(free)) {
    const ids = idsOf(one);
    const later = holdNow(channelId, moment);
    if (later === null) {
      const opener = await release(client, one, { channelId, hold, appUrl, admitted: true });
      const rules = new Set(free.filter(({ id }) => ids.includes(id)).map(({ ruleId }) => ruleId));
      for (const rule of rules) moment.windows.set(pairOf(channelId, rule), { opener, openedAt: moment.now });
      continue;
    }
    const target = later.hold === "budget" ? around.targetOf(channelId) : null;
    if (target === null) {
      await keepHeld(
        client,
        ids.map((id) => ({ id, admitted: false, ...later })),
      );
    } else if (one.kind === "digest") {
      await release(client, one, { channelId: target.id, hold, appUrl, admitted: false });
    } else {
      await moveTo(client, ids, target, BUDGET_USED);
    }
  }
}

const idsOf = (one: Release): string[] =>
  one.kind === "single" ? [one.id] : one.kind === "merged" ? [one.into, ...one.told] : one.told;

async function writeVerdicts(
  client: pg.PoolClient,
  arrivals: readonly Arrival[],
  verdicts: readonly Verdict[],
  around: Around,
): Promise<void> {
  const byId = new Map(arrivals.map((arrival) => [arrival.id, arrival]));
  const held: Verdict[] = [];
  const admitted: string[] = [];
  for (const verdict of verdicts) {
    const target =
      !verdict.admitted && verdict.hold === "budget"
        ? around.targetOf(byId.get(verdict.id)?.channelId ?? "")
        : null;
    if (target !== null) await moveTo(client, [verdict.id], target, BUDGET_USED);
    else if (verdict.admitted) admitted.push(verdict.id);
    else held.push(verdict);
  }
  if (admitted.length > 0) {
    await client.query("UPDATE delivery SET admitted_at = now() WHERE id = ANY($1)", [admitted]);
  }
  await keepHeld(client, held);
  for (const verdict of verdicts) {
    const arrival = byId.get(verdict.id);
    if (verdict.admitted && verdict.absorbs && arrival !== undefined) await absorb(client, arrival);
  }
}

/** An escalation tells what was held of its incident. */
async function absorb(client: pg.PoolClient, { id, channelId, incidentId }: Arrival): Promise<void> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT id FROM delivery WHERE ${WAITING} AND channel_id = $1 AND incident_id = $2 AND hold IS NOT NULL
        AND seq < (SELECT seq FROM delivery WHERE id = $3)`,
    [channelId, incidentId, id],
  );
  const reason = `Escalated while it was held: told by the escalation in ${id}`;
  await suppressAll(client, { ids: rows.map((row) => row.id), toldBy: id, reason, timeline: true });
}

async function keepHeld(client: pg.PoolClient, verdicts: readonly Verdict[]): Promise<void> {
  const held = verdicts.flatMap((verdict) =>
    verdict.admitted ? [] : [{ id: verdict.id, hold: verdict.hold, until: verdict.until }],
  );
  if (held.length === 0) return;
  await client.query(
    `UPDATE delivery d SET hold = t.hold, held_until = to_timestamp(t.until / 1000.0)
       FROM jsonb_to_recordset($1::jsonb) AS t(id text, hold text, until float8) WHERE d.id = t.id`,
    [JSON.stringify(held)],
  );
}

/** What the moment has brought on: opened windows, tokens taken. */
async function writeAround(client: pg.PoolClient, { moment, buckets }: Around): Promise<void> {
  const opened = [...moment.windows].filter(([, { openedAt }]) => openedAt === moment.now);
  const windows = opened.map(([place, { opener }]) => {
    const space = place.indexOf(" ");
    return { channel_id: place.slice(0, space), rule_id: place.slice(space + 1), opener };
  });
  await client.query(
    `INSERT INTO delivery_window (channel_id, rule_id, opener, opened_at)
     SELECT channel_id, rule_id, opener, now()
       FROM jsonb_to_recordset($1::jsonb) AS t(channel_id text, rule_id text, opener text)
     ON CONFLICT (channel_id, rule_id) DO UPDATE SET opener = EXCLUDED.opener, opened_at = EXCLUDED.opened_at`,
    [JSON.stringify(windows)],
  );
  const changed = [...buckets.changed].map(([name, { tokens }]) => ({ name, tokens }));
  await client.query(
    `INSERT INTO send_bucket (name, tokens, filled_at)
     SELECT name, tokens, now() FROM jsonb_to_recordset($1::jsonb) AS t(name text, tokens float8)
     ON CONFLICT (name) DO UPDATE SET tokens = EXCLUDED.tokens, filled_at = EXCLUDED.filled_at`,
    [JSON.stringify(changed)],
  );
}
