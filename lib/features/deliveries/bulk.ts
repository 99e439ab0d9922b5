import type pg from "pg";
import { newId } from "@/lib/crypto";
import { timelineEntry } from "./timeline";

/** Past this many at once the pages are told to look at everything. */
const MOST_ANNOUNCED = 200;

export interface Suppression {
  ids: readonly string[];
  /** The delivery that tells them as well. */
  toldBy: string | null;
  reason: string;
  /** Their incidents' timelines show it; not for a digest, whose own outcome they show. */
  timeline: boolean;
}

interface Row {
  id: string;
  kind: string;
  incident_id: string | null;
  channel_id: string;
  channel_name: string;
  channel_kind: string;
}

/** Ends those of the messages that still wait, with a reason, in a few statements however many they are. */
export async function suppressAll(client: pg.PoolClient, suppression: Suppression): Promise<void> {
  const { ids, toldBy, reason, timeline } = suppression;
  if (ids.length === 0) return;
  const { rows } = await client.query<Row>(
    `UPDATE delivery d SET state = 'suppressed', reason = $2, told_by = $3, finished_at = now()
       FROM channel c WHERE c.id = d.channel_id AND d.state = 'queued' AND d.id = ANY($1)
     RETURNING d.id, d.kind, d.incident_id, d.channel_id, c.name AS channel_name, c.kind AS channel_kind`,
    [ids, reason, toldBy],
  );
  if (timeline) {
    const events = rows.flatMap((row) => {
      if (row.incident_id === null) return [];
      const channel = { id: row.channel_id, name: row.channel_name, kind: row.channel_kind };
      const told = { delivery: row.id, notification: row.kind, state: "suppressed" as const, channel };
      return [
        { id: newId("ev"), incident_id: row.incident_id, ...timelineEntry({ ...told, words: reason }) },
      ];
    });
    await insertEvents(client, events);
  }
  await announceAll(
    client,
    "delivery",
    rows.map(({ id }) => id),
  );
  const incidents = new Set(rows.flatMap(({ incident_id }) => incident_id ?? []));
  await announceAll(client, "incident", [...incidents]);
}

export async function insertEvents(
  client: pg.PoolClient,
  events: readonly { id: string; incident_id: string; kind: string; data: unknown }[],
): Promise<void> {
  if (events.length === 0) return;
  await client.query(
    `INSERT INTO incident_event (id, incident_id, at, kind, data)
     SELECT id, incident_id, now(), kind, data
       FROM jsonb_to_recordset($1::jsonb) AS t(id text, incident_id text, kind text, data jsonb)`,
    [JSON.stringify(events)],
  );
}

export async function announceAll(
  client: pg.PoolClient,
  entity: string,
  ids: readonly string[],
): Promise<void> {
  const told = ids.length > MOST_ANNOUNCED ? ["all"] : ids;
  await client.query("SELECT pg_notify('keygauge_changed', notice) FROM unnest($1::text[]) AS notice", [
    told.map((id) => JSON.stringify({ entity, id })),
  ]);
}
