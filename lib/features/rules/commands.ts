import { newId } from "@/lib/crypto";
import type { Actor } from "@/lib/domain/access/actor";
import {
  compileRule,
  patchRule,
  type RuleInput,
  ruleInputSchema,
  rulePatchSchema,
} from "@/lib/domain/alerting/rule";
import { AppError, invalid, isAppError, parse } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { testChannelSchema } from "../channels/schemas";
import { authorise, recordChange, write } from "../command";
import { getDelivery } from "../deliveries/queries";
import { queueDelivery } from "../deliveries/queue";
import type { DeliveryDto } from "../deliveries/schemas";
import { waitForOutcome } from "../deliveries/wait";
import { definitionOf } from "./definition";
import { getRule, noRule } from "./queries";
import { assertReferences } from "./references";
import type { RuleDetailDto } from "./schemas";
import { announceHere, removeRule, replaceRule, storeRule } from "./store";
import { ruleTestNotification } from "./test-notification";

/** Needs `operator`. Throws `invalid`, naming `scope.key`, `scope.pool`, `scope.source` or `channels` that do not exist. */
export async function createRule({ actor, input }: { actor: Actor; input: unknown }): Promise<RuleDetailDto> {
  authorise(actor, "operator");
  const definition = parse(ruleInputSchema, input);
  const id = newId("rule");
  await write(async (tx) => {
    await assertReferences(tx, definition);
    await storeRule(tx, actor, id, definition);
  });
  announceHere(id);
  return getRule(id);
}

/** Needs `operator`. Throws `not_found`, `invalid` like createRule, `conflict` when somebody else was faster. */
export async function updateRule({
  actor,
  id,
  input,
}: {
  actor: Actor;
  id: string;
  input: unknown;
}): Promise<RuleDetailDto> {
  authorise(actor, "operator");
  const patch = parse(rulePatchSchema, input);
  if (Object.keys(patch).length === 0) throw new AppError("invalid", "Name at least one field to change.");
  await write(async (tx) => {
    const row = await tx.rule.findFirst({ where: { id, deletedAt: null } });
    if (row === null) throw noRule(id);
    const definition = patched(definitionOf(row), patch);
    await assertReferences(tx, definition);
    await replaceRule(tx, actor, { id, version: row.version }, definition, patch);
  });
  announceHere(id);
  return getRule(id);
}

/** Needs `operator`. Switching off resolves what fires, with that reason. Throws `not_found`. */
export function setEnabled({
  actor,
  id,
  enabled,
}: {
  actor: Actor;
  id: string;
  enabled: boolean;
}): Promise<RuleDetailDto> {
  return updateRule({ actor, id, input: { enabled } });
}

/** Needs `operator`. The worker resolves what fires, with that reason; incidents and deliveries stay. Throws `not_found`. */
export async function deleteRule({ actor, id }: { actor: Actor; id: string }): Promise<void> {
  authorise(actor, "operator");
  await write((tx) => removeRule(tx, actor, id));
  announceHere(id);
}

/**
 * Sends a test through every channel of the rule, the way its alerts go, and waits up to 20 s for what became of each.
 * Needs `operator`. Throws `not_found`, `invalid` when the rule has no channel.
 */
export async function testRule({
  actor,
  id,
  input = {},
}: {
  actor: Actor;
  id: string;
  input?: unknown;
}): Promise<{ deliveries: DeliveryDto[] }> {
  authorise(actor, "operator");
  const { time_zone } = parse(testChannelSchema, input);
  const queued = await write(async (tx) => {
    const row = await tx.rule.findFirst({ where: { id, deletedAt: null } });
    if (row === null) throw noRule(id);
    const definition = definitionOf(row);
    if (definition.channels.length === 0) {
      throw new AppError("invalid", "The rule has no channel to test.", {
        issues: [{ path: "channels", message: "must name a channel: there is none to test" }],
      });
    }
    const link = `${runtime().env.appUrl}/rules/${id}`;
    const notification = ruleTestNotification(compileRule(definition), {
      id,
      at: Date.now(),
      zone: time_zone,
      link,
    });
    const deliveries: string[] = [];
    for (const channelId of definition.channels) {
      deliveries.push(await queueDelivery(tx, { channelId, kind: "test", notification }));
    }
    await recordChange(tx, actor, {
      action: "rule.test",
      entity: "rule",
      entityId: id,
      changes: { deliveries },
    });
    return deliveries;
  });
  await Promise.all(queued.map((delivery) => waitForOutcome(delivery)));
  return { deliveries: await Promise.all(queued.map(getDelivery)) };
}

function patched(definition: RuleInput, patch: ReturnType<typeof rulePatchSchema.parse>): RuleInput {
  try {
    return patchRule(definition, patch);
  } catch (error) {
    if (error instanceof Error && "issues" in error && Array.isArray(error.issues) && !isAppError(error)) {
      throw invalid(error.issues);
    }
    throw error;
  }
}
