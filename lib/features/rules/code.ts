import { newId } from "@/lib/crypto";
import type { Tx } from "@/lib/db/client";
import type { Actor } from "@/lib/domain/access/actor";
import { type RuleInput, ruleInputSchema } from "@/lib/domain/alerting/rule";
import {
  compactRule,
  planRules,
  type RuleCode,
  type RulePlan,
  type StoredRule,
  unknownFields,
  type WantedRule,
} from "@/lib/domain/alerting/rule-code";
import { AppError, type Issue } from "@/lib/errors";
import { authorise, write } from "../command";
import { definitionOf } from "./definition";
import { referenceIssues } from "./references";
import { announceHere, removeRule, replaceRule, storeRule } from "./store";

/** Every rule as it stands in a file, the oldest first: without its defaults, channels by their names. */
export async function exportRules(): Promise<RuleCode[]> {
  const stored = await write(async (tx) => {
    const { show } = await channelNames(tx);
    return (await storedRules(tx)).map(({ id, definition }) => ({
      id,
      definition: withChannels(definition, show),
    }));
  });
  return stored.map(({ id, definition }) => {
    const isUnique = stored.every((one) => one.id === id || one.definition.name !== definition.name);
    const code = compactRule(definition);
    return isUnique ? code : { id, ...code };
  });
}

/** What was done, or would be. */
export type Applied = Omit<RulePlan, "issues">;

/**
 * Makes the stored rules those of a file, all of them or none: new ones are created, those of the same name changed, and
 * with `prune` the others deleted. With `dryRun` it only says so. Needs `operator`. Throws `invalid`, whose issues have
 * paths such as `rules.3.tiers.0.threshold`.
 */
export async function applyRules({
  actor,
  input,
  prune = false,
  dryRun = false,
}: {
  actor: Actor;
  /** The file's `rules`. */
  input: readonly unknown[];
  prune?: boolean;
  dryRun?: boolean;
}): Promise<Applied> {
  authorise(actor, "operator");
  const { plan, touched } = await write(async (tx) => {
    // One apply at a time, and no change of a rule between the plan and its end.
    await tx.$executeRaw`LOCK TABLE rule IN SHARE ROW EXCLUSIVE MODE`;
    const channels = await channelNames(tx);
    const stored = await storedRules(tx);
    const wanted = await readRules(tx, input, channels);
    const shown = <T extends WantedRule>(rules: readonly T[]): T[] =>
      rules.map((one) => ({ ...one, definition: withChannels(one.definition, channels.show) }));
    const { issues, ...plan } = planRules(shown(stored), shown(wanted));
    if (issues.length > 0) throw refused(issues);
    return { plan, touched: dryRun ? [] : await carryOut(tx, actor, { plan, wanted, stored, prune }) };
  });
  for (const id of touched) announceHere(id);
  return plan;
}

async function carryOut(
  tx: Tx,
  actor: Actor,
  on: { plan: Applied; wanted: readonly WantedRule[]; stored: readonly Stored[]; prune: boolean },
): Promise<string[]> {
  const touched: string[] = [];
  const definition = (index: number) => (on.wanted[index] as WantedRule).definition;
  for (const { index } of on.plan.create) {
    const id = newId("rule");
    touched.push(id);
    await storeRule(tx, actor, id, definition(index));
  }
  for (const { id, index } of on.plan.update) {
    touched.push(id);
    const version = on.stored.find((one) => one.id === id)?.version ?? 0;
    await replaceRule(tx, actor, { id, version }, definition(index), definition(index));
  }
  for (const { id } of on.prune ? on.plan.others : []) {
    touched.push(id);
    await removeRule(tx, actor, id);
  }
  return touched;
}

type Stored = StoredRule & { version: number };

async function storedRules(tx: Tx): Promise<Stored[]> {
  const rows = await tx.rule.findMany({
    where: { deletedAt: null },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
  });
  return rows.map((row) => ({ id: row.id, version: row.version, definition: definitionOf(row) }));
}

interface Channels {
  /** A channel's name, or its id where others have that name too. */
  show(id: string): string;
  /** The ids of the channels that a text may mean. */
  find(text: string): string[];
}

async function channelNames(tx: Tx): Promise<Channels> {
  const channels = await tx.channel.findMany({
    where: { deletedAt: null },
    select: { id: true, name: true },
  });
  const find = (text: string) => {
    const byId = channels.filter(({ id }) => id === text);
    return (byId.length > 0 ? byId : channels.filter(({ name }) => name === text)).map(({ id }) => id);
  };
  return {
    find,
    show(id) {
      const name = channels.find((one) => one.id === id)?.name ?? id;
      return find(name).length === 1 ? name : id;
    },
  };
}

function withChannels(rule: RuleInput, change: (channel: string) => string): RuleInput {
  return {
    ...rule,
    channels: rule.channels.map(change),
    escalation: rule.escalation.map((step) => ({ ...step, channels: step.channels.map(change) })),
  };
}

/** The file's rules, with channels by their ids. Throws `invalid` with everything that is wrong in any of them. */
async function readRules(tx: Tx, input: readonly unknown[], channels: Channels): Promise<WantedRule[]> {
  const issues: Issue[] = [];
  const wanted: WantedRule[] = [];
  for (const [index, entry] of input.entries()) {
    const refuse = (path: readonly PropertyKey[], message: string) =>
      issues.push({ path: ["rules", index, ...path].map(String).join("."), message });
    for (const path of unknownFields(entry)) refuse(path, "is no field of a rule");
    const parsed = ruleInputSchema.safeParse(entry);
    if (!parsed.success) {
      for (const { path, message } of parsed.error.issues) refuse(path, message);
      continue;
    }
    const definition = withIds(parsed.data, channels, refuse);
    const id = (entry as { id?: unknown }).id;
    wanted.push({ definition, ...(id === undefined ? {} : { id: String(id) }) });
    const found = await referenceIssues(tx, definition);
    for (const { path, message } of found) {
      // What a channel's name can be wrong in has been said already.
      if (!/(^|\.)channels\.\d+$/.test(path) || message.includes("second time"))
        refuse(path.split("."), message);
    }
  }
  if (issues.length > 0) throw refused(issues);
  return wanted;
}

function withIds(
  rule: RuleInput,
  { find }: Channels,
  refuse: (path: readonly PropertyKey[], message: string) => void,
): RuleInput {
  const lists = [rule.channels, ...rule.escalation.map((step) => step.channels)];
  for (const [at, list] of lists.entries()) {
    const path = at === 0 ? ["channels"] : ["escalation", at - 1, "channels"];
    for (const [index, text] of list.entries()) {
      const count = find(text).length;
      if (count === 0) refuse([...path, index], `there is no channel named "${text.slice(0, 40)}"`);
      if (count > 1)
        refuse([...path, index], `${count} channels are named "${text.slice(0, 40)}": give its id`);
    }
  }
  return withChannels(rule, (text) => find(text)[0] ?? text);
}

function refused(issues: Issue[]): AppError {
  const first = issues[0];
  return new AppError("invalid", `${first?.path}: ${first?.message}`, { issues });
}
