import type pg from "pg";
import type { CheckedEvent } from "./event";

/**
 * The indexes of events that were stored before. Events without a time of their own are told apart by a receipt, which is
 * written here: to be called in the transaction that stores the others. No two of them may share key, instant and id, nor
 * two receipts source and id.
 */
export async function findDuplicates(
  client: pg.ClientBase,
  events: readonly CheckedEvent[],
  sourceOf: (i: number) => number,
): Promise<Set<number>> {
  const duplicates = new Set<number>();
  const receipts: number[] = [];
  const named: number[] = [];
  events.forEach((event, i) => {
    if (event.receipt) receipts.push(i);
    else if (event.named) named.push(i);
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
  if (named.length > 0) {
    // A scalar subquery is looked up row by row in the primary key, whatever the planner believes of the table's size.
    const { rows } = await client.query<{ ordinal: number }>({
      name: "find_stored",
      text: `SELECT ordinal::int4 FROM unnest($1::int8[], $2::int8[], $3::int8[]) WITH ORDINALITY AS t(key_id, at, event_id, ordinal)
              WHERE (SELECT true FROM usage_event e WHERE e.key_id = t.key_id
                        AND e.occurred_at = to_timestamp(t.at / 1000.0)::timestamptz(3) AND e.event_id = t.event_id LIMIT 1)`,
      values: [
        pick(named, (event) => event.keyId),
        pick(named, (event) => event.at),
        pick(named, (event) => event.eventId),
      ],
    });
    for (const { ordinal } of rows) duplicates.add(named[ordinal - 1] as number);
  }
  return duplicates;
}
