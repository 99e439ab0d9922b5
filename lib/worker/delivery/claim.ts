import type pg from "pg";
import type { Reached } from "@/lib/channels/channel";
import type { Notification } from "@/lib/channels/notification";
import { newId } from "@/lib/crypto";

/** A send ends well within it (see ChannelTimeouts); after it the delivery counts as abandoned. */
export const LEASE_MS = 30_000;
/** How far ahead a claim looks for deliveries of other channels. */
const LOOK_AHEAD = 1_000;

/** A delivery that is this worker's to send, until its lease ends. */
export interface Claimed {
  id: string;
  incidentId: string | null;
  kind: string;
  notification: Notification;
  attempt: number;
  fence: number;
  /** An attempt before this one was ambiguous. */
  maybeSent: boolean;
  reached: Reached[];
  /** Recipients who have asked for no more messages. */
  optedOut: string[];
  channel: {
    id: string;
    name: string;
    kind: string;
    config: Record<string, unknown>;
    secrets: string | null;
  };
  /** When it was claimed, epoch ms of the database's clock. */
  at: number;
}

export interface ClaimOptions {
  /** At most so many. */
  slots: number;
  /** At most so many of one channel at once, what is under way included. */
  perChannel: number;
  /** Under way in this process: never taken over from itself, however long the database was away. */
  underWay: readonly { id: string; channelId: string }[];
}

const DUE = `((d.state = 'queued' AND d.admitted_at IS NOT NULL AND d.next_attempt_at <= now())
          OR (d.state = 'sending' AND d.lease_until <= now()))`;

/** A message waits for the earlier ones of its incident, for a digest that tells one, and a digest for those before it. */
const CLAIM = `
WITH due AS MATERIALIZED (
  SELECT d.id, d.channel_id, d.seq
    FROM delivery d
   WHERE ${DUE} AND d.id <> ALL($3::text[])
     AND NOT EXISTS (SELECT FROM delivery e
                      WHERE e.channel_id = d.channel_id AND e.incident_id = d.incident_id
                        AND e.seq < d.seq AND e.state IN ('queued', 'sending'))
     AND NOT EXISTS (SELECT FROM delivery m JOIN delivery e ON e.id = m.told_by
                      WHERE m.channel_id = d.channel_id AND m.incident_id = d.incident_id
                        AND m.seq < d.seq AND e.id <> d.id AND e.channel_id = d.channel_id AND e.state IN ('queued', 'sending'))
     AND (d.kind <> 'digest'
          OR NOT EXISTS (SELECT FROM delivery e
                          WHERE e.channel_id = d.channel_id AND e.kind = 'digest'
                            AND e.seq < d.seq AND e.state IN ('queued', 'sending')))
   ORDER BY d.next_attempt_at LIMIT ${LOOK_AHEAD}),
busy AS (SELECT channel_id, count(*) AS n FROM unnest($4::text[]) AS channel_id GROUP BY channel_id),
turns AS (
  SELECT id, seq, coalesce(busy.n, 0) + row_number() OVER (PARTITION BY channel_id ORDER BY seq) AS turn
    FROM due LEFT JOIN busy USING (channel_id)),
picked AS (
  SELECT d.id, d.state, d.attempt_count
    FROM turns JOIN delivery d USING (id)
   WHERE turns.turn <= $2 AND ${DUE}
   ORDER BY turns.turn, turns.seq LIMIT $1
     FOR UPDATE OF d SKIP LOCKED),
abandoned AS (
  UPDATE delivery_attempt a SET finished_at = now(), outcome = 'ambiguous', error = $6
    FROM picked WHERE picked.state = 'sending' AND a.delivery_id = picked.id AND a.number = picked.attempt_count
     AND a.finished_at IS NULL),
claimed AS (
  UPDATE delivery d
     SET state = 'sending', attempt_count = d.attempt_count + 1, fence = d.fence + 1,
         lease_until = now() + interval '${LEASE_MS} milliseconds',
         maybe_sent = d.maybe_sent OR picked.state = 'sending'
    FROM picked WHERE d.id = picked.id
  RETURNING d.*),
opened AS (
  INSERT INTO delivery_attempt (id, delivery_id, number, started_at)
  SELECT ($5::text[])[row_number() OVER ()], id, attempt_count, now() FROM claimed)
SELECT d.id, d.incident_id, d.kind, d.notification, d.attempt_count, d.fence, d.maybe_sent, d.reached, now() AS at,
       c.id AS channel_id, c.name AS channel_name, c.kind AS channel_kind, c.config, c.secrets,
       CASE WHEN c.kind = 'sms'
            THEN ARRAY(SELECT o.number FROM phone_opt_out o WHERE c.config->'to' ? o.number) ELSE '{}' END AS opted_out
  FROM claimed d JOIN channel c ON c.id = d.channel_id ORDER BY d.seq`;

interface Row {
  id: string;
  incident_id: string | null;
  kind: string;
  notification: Notification;
  attempt_count: number;
  fence: number;
  maybe_sent: boolean;
  reached: Reached[];
  opted_out: string[];
  at: number;
  channel_id: string;
  channel_name: string;
  channel_kind: string;
  config: Record<string, unknown>;
  secrets: string | null;
}

/**
 * Takes what is due, in one statement that is committed when it returns: any number of workers may call it at once. A
 * delivery waits for the earlier ones of its channel and incident. A lease that ran out makes its attempt ambiguous.
 */
export async function claim(
  pool: pg.Pool,
  { slots, perChannel, underWay }: ClaimOptions,
): Promise<Claimed[]> {
  const { rows } = await pool.query<Row>(CLAIM, [
    slots,
    perChannel,
    underWay.map(({ id }) => id),
    underWay.map(({ channelId }) => channelId),
    Array.from({ length: slots }, () => newId("att")),
    "The worker stopped before it knew the outcome",
  ]);
  return rows.map((row) => ({
    id: row.id,
    incidentId: row.incident_id,
    kind: row.kind,
    notification: row.notification,
    attempt: row.attempt_count,
    fence: row.fence,
    maybeSent: row.maybe_sent,
    reached: row.reached,
    optedOut: row.opted_out,
    channel: {
      id: row.channel_id,
      name: row.channel_name,
      kind: row.channel_kind,
      config: row.config,
      secrets: row.secrets,
    },
    at: row.at,
  }));
}
