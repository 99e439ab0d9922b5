"use server";

import { sendAgain } from "@/lib/features/deliveries/commands";
import { type ActionResult, runAction } from "@/lib/http/action";

/** Queues the message anew; answers the id of the new delivery. */
export async function repeatDelivery(id: string): Promise<ActionResult<{ id: string }>> {
  return runAction(async (actor) => {
    const delivery = await sendAgain({ actor, id: String(id) });
    return { id: delivery.id };
  });
}
