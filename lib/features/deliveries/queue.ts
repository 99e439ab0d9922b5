import type { Reached } from "@/lib/channels/channel";
import type { Notification } from "@/lib/channels/notification";
import { newId } from "@/lib/crypto";
import type { Prisma, Tx } from "@/lib/db/client";
import { announce } from "../command";
import { timelineEntry } from "./timeline";

export interface NewDelivery {
  channelId: string;
  incidentId?: string | null;
  kind: string;
  notification: Notification;
  /** Recipients who have it already, so that they do not get it again. */
  reached?: readonly Reached[];
  reason?: string;
  /** The delivery that it repeats. */
  repeats?: string;
}

/**
 * Queues a message that a person asks for, so it is not held; the dispatcher wakes with the commit. Returns its id.
 */
export async function queueDelivery(tx: Tx, delivery: NewDelivery): Promise<string> {
  const id = newId("dlv");
  const {
    channelId,
    incidentId = null,
    kind,
    notification,
    reached = [],
    reason = null,
    repeats = null,
  } = delivery;
  // Not by Prisma's own now(), which is this server's: the database's clock says when it is due.
  await tx.$executeRaw`
    INSERT INTO delivery (id, channel_id, incident_id, kind, notification, reached, reason, admitted_at, origin,
                          origin_id)
    VALUES (${id}, ${channelId}, ${incidentId}, ${kind}, ${JSON.stringify(notification)}::jsonb,
            ${JSON.stringify(reached)}::jsonb, ${reason}, now(), ${repeats === null ? null : "again"},
            ${repeats})`;
  await announce(tx, "delivery", id);
  await tx.$executeRaw`SELECT pg_notify('keygauge_delivery', '')`;
  return id;
}

/** Ends the waiting messages of a channel; one that is under way ends by itself. */
export async function suppressPending(tx: Tx, channelId: string, reason: string): Promise<void> {
  const waiting = await tx.delivery.findMany({ where: { channelId, state: "queued" }, select: { id: true } });
  await suppress(
    tx,
    waiting.map(({ id }) => id),
    reason,
  );
}

/** Has messages that wait for the end of a channel's quiet hours looked at anew, since those were changed. */
export async function reconsiderQuiet(tx: Tx, channelId: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE delivery SET hold = NULL, held_until = NULL
     WHERE channel_id = ${channelId} AND state = 'queued' AND admitted_at IS NULL AND hold = 'quiet'`;
  await tx.$executeRaw`SELECT pg_notify('keygauge_delivery', '')`;
}

/**
 * Ends those of the messages that still wait, with a reason which their incidents' timelines show. `toldBy` is the
 * delivery that tells them as well.
 */
export async function suppress(
  tx: Tx,
  ids: readonly string[],
  reason: string,
  toldBy: string | null = null,
): Promise<void> {
  if (ids.length === 0) return;
  const rows = await tx.$queryRaw<Suppressed[]>`
    UPDATE delivery d SET state = 'suppressed', reason = ${reason}, told_by = ${toldBy}, finished_at = now()
      FROM channel c WHERE c.id = d.channel_id AND d.state = 'queued' AND d.id = ANY(${[...ids]})
    RETURNING d.id, d.kind, d.incident_id, d.channel_id, c.name AS channel_name, c.kind AS channel_kind,
              d.finished_at AS at`;
  const ofIncidents = rows.filter((row) => row.incident_id !== null);
  if (ofIncidents.length > 0) {
    await tx.incidentEvent.createMany({ data: ofIncidents.map((row) => toEvent(row, reason)) });
  }
  const incidents = new Set(ofIncidents.map((row) => row.incident_id ?? ""));
  for (const id of incidents) await announce(tx, "incident", id);
  for (const { id } of rows) await announce(tx, "delivery", id);
}

interface Suppressed {
  id: string;
  kind: string;
  incident_id: string | null;
  channel_id: string;
  channel_name: string;
  channel_kind: string;
  at: Date;
}

function toEvent(row: Suppressed, reason: string) {
  return {
    id: newId("ev"),
    incidentId: row.incident_id ?? "",
    at: row.at,
    ...timelineEntry({
      delivery: row.id,
      notification: row.kind,
      state: "suppressed",
      channel: { id: row.channel_id, name: row.channel_name, kind: row.channel_kind },
      words: reason,
    }),
  };
}

/** Plain data as Prisma wants it: without what is undefined. */
export const plain = (value: unknown): Prisma.InputJsonValue =>
  JSON.parse(JSON.stringify(value)) as Prisma.InputJsonValue;
