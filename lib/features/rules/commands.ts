import { newId } from "@/lib/crypto";
import type { Prisma, Tx } from "@/lib/db/client";
import type { Actor } from "@/lib/domain/access/actor";
import {
  compileRule,
  patchRule,
  type RuleInput,
  ruleInputSchema,
  rulePatchSchema,
  type Scope,
} from "@/lib/domain/alerting/rule";
import { AppError, type Issue, invalid, isAppError, parse } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { testChannelSchema } from "../channels/schemas";
import { authorise, recordChange, write } from "../command";
import { getDelivery } from "../deliveries/queries";
import { queueDelivery } from "../deliveries/queue";
import type { DeliveryDto } from "../deliveries/schemas";
import { waitForOutcome } from "../deliveries/wait";
import { definitionOf } from "./definition";
import { getRule, noRule } from "./queries";
import type { RuleDetailDto } from "./schemas";
import { ruleTestNotification } from "./test-notification";

/** Needs `operator`. Throws `invalid`, naming `scope.key`, `scope.pool`, `scope.source` or `channels` that do not exist. */
export async function createRule({ actor, input }: { actor: Actor; input: unknown }): Promise<RuleDetailDto> {
  authorise(actor, "operator");
  const definition = parse(ruleInputSchema, input);
  const id = newId("rule");
  await write(async (tx) => {
    await assertReferences(tx, definition);
    await tx.rule.create({ data: { id, createdBy: actor.name, ...columnsOf(definition) } });
    await recordChange(tx, actor, {
      action: "rule.create",
      entity: "rule",
      entityId: id,
      changes: definition,
    });
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
    const { count } = await tx.rule.updateMany({
      where: { id, version: row.version, deletedAt: null },
      data: { ...columnsOf(definition), version: { increment: 1 } },
    });
    if (count === 0) {
      throw new AppError(
        "conflict",
        "The rule was changed meanwhile. Load it again, then repeat the change.",
      );
    }
    await recordChange(tx, actor, { action: "rule.update", entity: "rule", entityId: id, changes: patch });
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
  await write(async (tx) => {
    const { count } = await tx.rule.updateMany({
      where: { id, deletedAt: null },
      data: { deletedAt: new Date(), version: { increment: 1 } },
    });
    if (count === 0) throw noRule(id);
    await recordChange(tx, actor, { action: "rule.delete", entity: "rule", entityId: id });
  });
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

/** A changed rule is evaluated from now on: what came before belongs to the rule as it was. */
function columnsOf(definition: RuleInput) {
  return {
    name: definition.name,
    metric: definition.metric,
    enabled: definition.enabled,
    definition: definition satisfies Prisma.InputJsonValue,
    evaluatedTo: new Date(),
  };
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

/** Throws `invalid` when the scope, the channels or the steps of escalation name what does not exist. */
export async function assertReferences(
  tx: Tx,
  { scope, channels, escalation }: Pick<RuleInput, "scope" | "channels" | "escalation">,
): Promise<void> {
  const lists = [
    { path: "channels", ids: channels },
    ...escalation.map((step, index) => ({ path: `escalation.${index}.channels`, ids: step.channels })),
  ];
  const known = await tx.channel.findMany({
    where: { id: { in: lists.flatMap(({ ids }) => ids) }, deletedAt: null },
    select: { id: true },
  });
  const exists = new Set(known.map(({ id }) => id));
  const issues: Issue[] = [
    ...(await scopeIssues(tx, scope)),
    ...lists.flatMap(({ path, ids }) => channelIssues(path, ids, exists)),
  ];
  const first = issues[0];
  if (first !== undefined) throw new AppError("invalid", `${first.path}: ${first.message}`, { issues });
}

function channelIssues(path: string, ids: readonly string[], exists: ReadonlySet<string>): Issue[] {
  return ids.flatMap((id, index) => {
    const at = `${path}.${index}`;
    if (!exists.has(id)) return [{ path: at, message: `there is no channel ${id.slice(0, 40)}` }];
    return ids.indexOf(id) === index ? [] : [{ path: at, message: `names ${id} a second time` }];
  });
}

async function scopeIssues(tx: Tx, { key, pool, source }: Scope): Promise<Issue[]> {
  const issues: Issue[] = [];
  if (key !== undefined && (await tx.apiKey.count({ where: { id: BigInt(key) } })) === 0) {
    issues.push({ path: "scope.key", message: `there is no key ${key}` });
  }
  if (pool !== undefined && (await tx.pool.count({ where: { OR: [{ id: pool }, { name: pool }] } })) === 0) {
    issues.push({ path: "scope.pool", message: `there is no pool ${pool.slice(0, 40)}` });
  }
  if (source !== undefined) {
    const id = /^[1-9]\d{0,9}$/.test(source) ? Number(source) : Number.NaN;
    const byId = id <= 2_147_483_647 ? [{ id }] : [];
    if ((await tx.source.count({ where: { OR: [...byId, { name: source }] } })) === 0) {
      issues.push({ path: "scope.source", message: `there is no source ${source.slice(0, 40)}` });
    }
  }
  return issues;
}

/** This server's evaluator follows before the answer goes out; the others' by the NOTIFY of recordChange. */
function announceHere(id: string): void {
  runtime().changed.emit({ entity: "rule", id });
}
