import type { Reached } from "@/lib/channels/channel";
import type { Notification } from "@/lib/channels/notification";
import type { Actor } from "@/lib/domain/access/actor";
import { OPEN_STATES } from "@/lib/domain/delivery/state";
import { AppError } from "@/lib/errors";
import { authorise, recordChange, write } from "../command";
import { getDelivery, noDelivery } from "./queries";
import { queueDelivery } from "./queue";
import type { DeliveryDto } from "./schemas";

/**
 * Sends a message again that has come to an end, as a new delivery beside the old one. Recipients whom an unfinished
 * one had reached are left out; one that was sent goes to all of them. Needs `operator`. Throws `not_found`, `conflict`
 * while it is still under way or when the channel takes nothing.
 */
export async function sendAgain({ actor, id }: { actor: Actor; id: string }): Promise<DeliveryDto> {
  authorise(actor, "operator");
  const repeat = await write(async (tx) => {
    const row = await tx.delivery.findUnique({ where: { id }, include: { channel: true } });
    if (row === null) throw noDelivery(id);
    if ((OPEN_STATES as readonly string[]).includes(row.state)) {
      throw new AppError("conflict", "This message is still under way: it is sent again by itself.");
    }
    const { deletedAt, enabled, name } = row.channel;
    if (deletedAt !== null) throw new AppError("conflict", `The channel ${name} was deleted.`);
    if (!enabled && row.kind !== "test")
      throw new AppError("conflict", `The channel ${name} is switched off.`);
    const accepted = row.state === "sent" || row.state === "delivered";
    const queued = await queueDelivery(tx, {
      channelId: row.channelId,
      incidentId: row.incidentId,
      kind: row.kind,
      notification: row.notification as unknown as Notification,
      reached: accepted ? [] : (row.reached as unknown as Reached[]),
      reason: `${id} sent again by ${actor.name}`,
      repeats: id,
    });
    await recordChange(tx, actor, {
      action: "delivery.send_again",
      entity: "delivery",
      entityId: id,
      changes: { delivery: queued },
    });
    return queued;
  });
  return getDelivery(repeat);
}
