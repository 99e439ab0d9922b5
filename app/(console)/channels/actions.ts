"use server";

import { createChannel, deleteChannel, testChannel, updateChannel } from "@/lib/features/channels/commands";
import type { DeliveryDto } from "@/lib/features/deliveries/schemas";
import { type ActionResult, runAction } from "@/lib/http/action";

type Saved = { id: string; generated?: Record<string, string> | undefined };

export async function addChannel(input: unknown): Promise<ActionResult<Saved>> {
  return runAction(async (actor) => {
    const { id, generated } = await createChannel({ actor, input });
    return { id, generated };
  });
}

export async function saveChannel(id: string, input: unknown): Promise<ActionResult<Saved>> {
  return runAction(async (actor) => {
    await updateChannel({ actor, id: String(id), input });
    return { id: String(id) };
  });
}

/** Sends a test message and waits for what became of it. */
export async function sendTest(id: string, timeZone: string): Promise<ActionResult<DeliveryDto>> {
  return runAction((actor) => testChannel({ actor, id: String(id), input: { time_zone: timeZone } }));
}

export async function removeChannel(id: string): Promise<ActionResult<void>> {
  return runAction((actor) => deleteChannel({ actor, id: String(id) }));
}
