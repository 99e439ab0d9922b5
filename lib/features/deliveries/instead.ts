import type pg from "pg";
import type { Notification } from "@/lib/channels/notification";
import { newId } from "@/lib/crypto";
import { acknowledgementLink } from "../incidents/link";
import { suppressAll } from "./bulk";

/** Another channel that takes messages. */
export interface Target {
  id: string;
  name: string;
}

/**
 * Queues a copy of a message for another channel, to be let through there like any other. Its id; null when that channel
 * has been told of the same by the rule.
 */
export async function copyTo(
  client: pg.PoolClient,
  id: string,
  target: Target,
  { origin, reason }: { origin: "fallback" | "budget"; reason: string },
): Promise<string | null> {
  const { rows } = await client.query<{ incident_id: string | null; notification: Notification }>(
    "SELECT incident_id, notification FROM delivery WHERE id = $1",
    [id],
  );
  const row = rows[0];
  if (row === undefined) return null;
  const { links, ...rest } = row.notification;
  const notification: Notification = {
    ...rest,
    links:
      links.acknowledge === undefined || row.incident_id === null
        ? links
        : { ...links, acknowledge: acknowledgementLink(row.incident_id, target.id) },
  };
  const copied = await client.query<{ id: string }>(
    `INSERT INTO delivery (id, channel_id, incident_id, transition_id, kind, notification, reason, origin, origin_id)
     SELECT $2, $3, incident_id, transition_id, kind, $4, $5, $6, id FROM delivery WHERE id = $1
     ON CONFLICT (transition_id, channel_id, kind) DO NOTHING RETURNING id`,
    [id, newId("dlv"), target.id, JSON.stringify(notification), reason, origin],
  );
  await client.query("SELECT pg_notify('keygauge_delivery', '')");
  return copied.rows[0]?.id ?? null;
}

/**
 * Hands a message that has failed for good to its channel's fallback, which is not fallen back from itself. Adds to the
 * message's reason what became of it.
 */
export async function fallBack(client: pg.PoolClient, id: string): Promise<void> {
  const { rows } = await client.query<Target & { from: string; reason: string | null }>(
    `SELECT f.id, f.name, c.name AS from, d.reason
       FROM delivery d JOIN channel c ON c.id = d.channel_id JOIN channel f ON f.id = c.fallback_id
      WHERE d.id = $1 AND d.kind <> 'test' AND d.origin IS DISTINCT FROM 'fallback' AND f.enabled AND f.deleted_at IS NULL`,
    [id],
  );
  const found = rows[0];
  if (found === undefined) return;
  const why = found.reason ?? "No reason was given";
  const reason = `${found.from} could not deliver it: ${why}`;
  const copy = await copyTo(client, id, found, { origin: "fallback", reason });
  await client.query("UPDATE delivery SET reason = $2, told_by = $3 WHERE id = $1", [
    id,
    copy === null ? `${why}. ${found.name} was told by the rule` : `${why}. Told by ${found.name} instead`,
    copy,
  ]);
}

/** Ends messages that another channel tells in place of their own. */
export async function moveTo(
  client: pg.PoolClient,
  ids: readonly string[],
  target: Target,
  because: string,
): Promise<void> {
  for (const id of ids) {
    const copy = await copyTo(client, id, target, { origin: "budget", reason: because });
    const reason =
      copy === null ? `${because}. ${target.name} was told already` : `${because}: told by ${target.name}`;
    await suppressAll(client, { ids: [id], toldBy: copy, reason, timeline: true });
  }
}
