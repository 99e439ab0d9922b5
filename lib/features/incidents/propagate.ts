import type { Notification } from "@/lib/channels/notification";
import type { Tx } from "@/lib/db/client";
import type { Actor } from "@/lib/domain/access/actor";
import { hearsAcknowledgements } from "@/lib/domain/delivery/kind";
import { queueDelivery } from "../deliveries/queue";

/**
 * Tells the systems that keep this incident that somebody takes care of it, so that they stop waking others. In the
 * transaction of the acknowledgement, and behind what they were told before.
 */
export async function tellAcknowledged(tx: Tx, incidentId: string, actor: Actor): Promise<void> {
  const rows = await tx.$queryRaw<{ channel_id: string; kind: string; notification: Notification }[]>`
    SELECT DISTINCT ON (d.channel_id) d.channel_id, c.kind, d.notification
      FROM delivery d JOIN channel c ON c.id = d.channel_id
     WHERE d.incident_id = ${incidentId} AND d.state NOT IN ('suppressed', 'dead', 'failed')
       AND c.enabled AND c.deleted_at IS NULL
     ORDER BY d.channel_id, d.seq DESC`;
  for (const { channel_id, kind, notification } of rows) {
    if (!hearsAcknowledgements(kind)) continue;
    await queueDelivery(tx, {
      channelId: channel_id,
      incidentId,
      kind: "acknowledged",
      notification: {
        ...notification,
        kind: "acknowledged",
        at: Date.now(),
        detail: `Acknowledged by ${actor.name}`,
      },
    });
  }
}
