import type pg from "pg";
import { MOMENT_REACH, momentOf } from "@/lib/domain/usage/moment";
import type { CheckedEvent } from "./event";

/**
 * The indexes of events that were stored before, and the moments of those whose own another event has. Events without a
 * time of their own are told apart by a receipt, which is written here: to be called in the transaction that stores the
 * others. No two of them may share key, instant and id, nor two receipts source and id.
 */
export async function lookUpEvents(
  client: pg.ClientBase,
  events: readonly CheckedEvent[],
  sourceOf: (i: number) => number,
): Promise<{ duplicates: Set<number>; moments: Map<number, bigint> }> {
  const duplicates = new Set<number>();
  const receipts: number[] = [];
  events.forEach((event, i) => {
    if (event.receipt) receipts.push(i);
  });
  const pick = (indexes: readonly number[], of: (event: CheckedEvent, i: number) => number | bigint) =>
    indexes.map((i) => of(events[i] as CheckedEvent, i));

  if (receipts.length > 0) {
    const { rows } = await client.query<{ source_id: number; event_id: string }>({
      name: "write_receipts",
      text: `INSERT INTO event_receipt AS old (source_id, event_id, received_at)
             SELECT source_id, event_id, to_timestamp(at / 1000.0)
               FROM unnest($1::int4[], $2::int8[], $3::int8[]) AS t(source_id, event_id, at) ORDER BY 1, 2
             ON CONFLICT (source_id, event_id) DO UPDATE SET received_at = EXCLUDED.received_at
               WHERE old.received_at < EXCLUDED.received_at - interval '24 hours'
             RETURNING source_id, event_id::text AS event_id`,
      values: [
        pick(receipts, (_, i) => sourceOf(i)),
        pick(receipts, (event) => event.eventId),
        pick(receipts, (event) => event.at),
      ],
    });
    const written = new Set(rows.map((row) => `${row.source_id} ${row.event_id}`));
    for (const i of receipts) {
      if (!written.has(`${sourceOf(i)} ${events[i]?.eventId}`)) duplicates.add(i);
    }
  }
  const { rows } = await client.query<{ ordinal: number; moment: string; same: boolean }>({
    name: "look_up_events",
    // OFFSET 0: a look into the primary key for each event, whatever the planner believes of their number.
    text: `SELECT t.ordinal::int4, e.moment::text, e.event_id = t.event_id AS same
             FROM unnest($1::int8[], $2::int8[], $3::int8[]) WITH ORDINALITY AS t(key_id, moment, event_id, ordinal)
            CROSS JOIN LATERAL (SELECT moment, event_id FROM usage_event
                                 WHERE key_id = t.key_id AND moment >= t.moment AND moment < t.moment + ${MOMENT_REACH} OFFSET 0) e`,
    values: [
      events.map((event) => event.keyId),
      events.map((event) => momentOf(event.at, event.eventId)),
      events.map((event) => event.eventId),
    ],
  });
  const taken = new Set<string>();
  for (const { ordinal, moment, same } of rows) {
    const event = events[ordinal - 1] as CheckedEvent;
    if (same && event.named && !event.receipt) duplicates.add(ordinal - 1);
    taken.add(`${event.keyId} ${moment}`);
  }
  return { duplicates, moments: placesOf(events, duplicates, taken) };
}

/** The first free moment of each event that cannot have its own. */
function placesOf(
  events: readonly CheckedEvent[],
  duplicates: ReadonlySet<number>,
  taken: Set<string>,
): Map<number, bigint> {
  const moments = new Map<number, bigint>();
  events.forEach(({ keyId, at, eventId }, i) => {
    if (duplicates.has(i)) return;
    const own = momentOf(at, eventId);
    let moment = own;
    while (taken.has(`${keyId} ${moment}`)) moment += 1n;
    taken.add(`${keyId} ${moment}`);
    if (moment !== own) moments.set(i, moment);
  });
  return moments;
}
