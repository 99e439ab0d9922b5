import type pg from "pg";
import { transaction } from "@/lib/db/db";
import {
  type Arrival,
  admit,
  breaksThrough,
  type Held,
  type Hold,
  type Moment,
  pairOf,
  type Verdict,
} from "@/lib/domain/delivery/admission";
import { type Member, releasesOf } from "@/lib/domain/delivery/digest";
import { Buckets, drawsOf } from "@/lib/domain/delivery/limits";
import { type QuietHours, quietUntil } from "@/lib/domain/delivery/quiet";
import { release } from "./release";
import { suppressAll } from "./suppress";

/** Messages looked at in one transaction; the next pass goes on. */
const BATCH = 2_000;
/** One server at a time lets messages through, so that all of them keep the same limits. */
const LOCK = 0x6b676164;

const WAITING = "state = 'queued' AND admitted_at IS NULL";

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
    const { moment, buckets } = await readMoment(client, now, [...due, ...arrivals]);
    for (const group of due) await releaseGroup(client, group, moment, appUrl);
    const verdicts = admit(arrivals, moment);
    await writeVerdicts(client, arrivals, verdicts);
    await writeMoment(client, moment, buckets);
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

/** Everything that decides, of the channels concerned. */
async function readMoment(
  client: pg.PoolClient,
  now: number,
  concerned: readonly { channelId: string }[],
): Promise<{ moment: Moment; buckets: Buckets }> {
  const ids = [...new Set(concerned.map(({ channelId }) => channelId))];
  const channels = await client.query<{
    id: string;
    kind: string;
    config: { to?: unknown };
    quiet_hours: QuietHours | null;
  }>("SELECT id, kind, config, quiet_hours FROM channel WHERE id = ANY($1)", [ids]);
  const byId = new Map(channels.rows.map((row) => [row.id, row]));
  const draws = new Map(
    channels.rows.map(({ id, kind, config }) => [
      id,
      drawsOf({ id, kind, recipients: Array.isArray(config.to) ? config.to.map(String) : [] }),
    ]),
  );
  const names = [...new Set([...draws.values()].flat().map(({ name }) => name))];
  const stored = await client.query<{ name: string; tokens: number; filled_at: number }>(
    "SELECT name, tokens, filled_at FROM send_bucket WHERE name = ANY($1)",
    [names],
  );
  const buckets = new Buckets(
    new Map(stored.rows.map((row) => [row.name, { tokens: row.tokens, filledAt: row.filled_at }])),
    now,
  );
  const windows = await client.query<{
    channel_id: string;
    rule_id: string;
    opener: string;
    opened_at: number;
  }>("SELECT channel_id, rule_id, opener, opened_at FROM delivery_window WHERE channel_id = ANY($1)", [ids]);
  const held = await client.query<{
    channel_id: string;
    incident_id: string;
    hold: Hold;
    held_until: number;
  }>(
    `SELECT DISTINCT ON (channel_id, incident_id) channel_id, incident_id, hold, held_until
       FROM delivery WHERE ${WAITING} AND held_until > now() AND incident_id IS NOT NULL AND channel_id = ANY($1)
      ORDER BY channel_id, incident_id, seq`,
    [ids],
  );
  const moment: Moment = {
    now,
    windows: new Map(
      windows.rows.map((row) => [
        pairOf(row.channel_id, row.rule_id),
        { opener: row.opener, openedAt: row.opened_at },
      ]),
    ),
    held: new Map(
      held.rows.map((row): [string, Held] => [
        pairOf(row.channel_id, row.incident_id),
        { hold: row.hold, until: row.held_until },
      ]),
    ),
    quietUntil(channelId, critical) {
      const quiet = byId.get(channelId)?.quiet_hours ?? null;
      if (quiet === null || (critical && quiet.critical_breaks_through)) return null;
      return quietUntil(quiet, now);
    },
    take: (channelId) => buckets.take(draws.get(channelId) ?? []),
  };
  return { moment, buckets };
}

interface MemberRow extends ArrivalRow {
  seen: boolean;
}

/** Tells a group as one, or holds it for what has come in between: quiet hours, the limit. */
async function releaseGroup(
  client: pg.PoolClient,
  { channelId, hold }: Group,
  moment: Moment,
  appUrl: string,
): Promise<void> {
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
  await holdAll(client, quiet);
  for (const one of releasesOf(free)) {
    const ids = one.kind === "single" ? [one.id] : one.kind === "merged" ? [one.into, ...one.told] : one.told;
    const wait = moment.take(channelId);
    if (wait > 0) {
      const until = moment.now + wait;
      await holdAll(
        client,
        ids.map((id) => ({ id, admitted: false, hold: "limit", until })),
      );
      continue;
    }
    const opener = await release(client, one, { channelId, hold, appUrl });
    const rules = new Set(free.filter(({ id }) => ids.includes(id)).map(({ ruleId }) => ruleId));
    for (const rule of rules) {
      moment.windows.set(pairOf(channelId, rule), { opener, openedAt: moment.now });
    }
  }
}

async function writeVerdicts(
  client: pg.PoolClient,
  arrivals: readonly Arrival[],
  verdicts: readonly Verdict[],
): Promise<void> {
  const admitted = verdicts.filter((verdict) => verdict.admitted);
  if (admitted.length > 0) {
    await client.query("UPDATE delivery SET admitted_at = now() WHERE id = ANY($1)", [
      admitted.map(({ id }) => id),
    ]);
  }
  await holdAll(client, verdicts);
  for (const { id, absorbs } of admitted) {
    const arrival = arrivals.find((one) => one.id === id);
    if (!absorbs || arrival === undefined) continue;
    const { rows } = await client.query<{ id: string }>(
      `SELECT id FROM delivery WHERE ${WAITING} AND channel_id = $1 AND incident_id = $2 AND hold IS NOT NULL
          AND seq < (SELECT seq FROM delivery WHERE id = $3)`,
      [arrival.channelId, arrival.incidentId, id],
    );
    const reason = `Escalated while it was held: told by the escalation in ${id}`;
    await suppressAll(client, { ids: rows.map((row) => row.id), toldBy: id, reason, timeline: true });
  }
}

async function holdAll(client: pg.PoolClient, verdicts: readonly Verdict[]): Promise<void> {
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

async function writeMoment(client: pg.PoolClient, moment: Moment, buckets: Buckets): Promise<void> {
  const windows = [...moment.windows].map(([place, { opener, openedAt }]) => {
    const space = place.indexOf(" ");
    return {
      channel_id: place.slice(0, space),
      rule_id: place.slice(space + 1),
      opener,
      opened_at: openedAt,
    };
  });
  await client.query(
    `INSERT INTO delivery_window (channel_id, rule_id, opener, opened_at)
     SELECT channel_id, rule_id, opener, to_timestamp(opened_at / 1000.0)
       FROM jsonb_to_recordset($1::jsonb) AS t(channel_id text, rule_id text, opener text, opened_at float8)
     ON CONFLICT (channel_id, rule_id) DO UPDATE SET opener = EXCLUDED.opener, opened_at = EXCLUDED.opened_at`,
    [JSON.stringify(windows)],
  );
  const changed = [...buckets.changed].map(([name, { tokens, filledAt }]) => ({
    name,
    tokens,
    filled_at: filledAt,
  }));
  await client.query(
    `INSERT INTO send_bucket (name, tokens, filled_at)
     SELECT name, tokens, to_timestamp(filled_at / 1000.0)
       FROM jsonb_to_recordset($1::jsonb) AS t(name text, tokens float8, filled_at float8)
     ON CONFLICT (name) DO UPDATE SET tokens = EXCLUDED.tokens, filled_at = EXCLUDED.filled_at`,
    [JSON.stringify(changed)],
  );
}
