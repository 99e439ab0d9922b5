"use server";

import type { DeliveryDto } from "@/lib/features/deliveries/schemas";
import { createRule, deleteRule, setEnabled, testRule, updateRule } from "@/lib/features/rules/commands";
import { type ActionResult, runAction } from "@/lib/http/action";

type Saved = { id: string };

export async function addRule(input: unknown): Promise<ActionResult<Saved>> {
  return runAction(async (actor) => {
    const { id } = await createRule({ actor, input });
    return { id };
  });
}

export async function saveRule(id: string, input: unknown): Promise<ActionResult<Saved>> {
  return runAction(async (actor) => {
    await updateRule({ actor, id: String(id), input });
    return { id: String(id) };
  });
}

export async function switchRule(id: string, enabled: boolean): Promise<ActionResult<Saved>> {
  return runAction(async (actor) => {
    await setEnabled({ actor, id: String(id), enabled: Boolean(enabled) });
    return { id: String(id) };
  });
}

/** Sends a test through every channel of the rule and waits for what became of each. */
export async function sendRuleTest(
  id: string,
  timeZone: string,
): Promise<ActionResult<{ deliveries: DeliveryDto[] }>> {
  return runAction((actor) => testRule({ actor, id: String(id), input: { time_zone: timeZone } }));
}

export async function removeRule(id: string): Promise<ActionResult<void>> {
  return runAction((actor) => deleteRule({ actor, id: String(id) }));
}
