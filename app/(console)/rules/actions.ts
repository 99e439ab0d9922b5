"use server";

import { createRule, deleteRule, setEnabled, updateRule } from "@/lib/features/rules/commands";
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

export async function removeRule(id: string): Promise<ActionResult<void>> {
  return runAction((actor) => deleteRule({ actor, id: String(id) }));
}
