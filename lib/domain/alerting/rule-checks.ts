import type { z } from "zod";
import { DAY, parseDuration } from "@/lib/domain/usage/duration";
import { type MetricName, metric } from "@/lib/domain/usage/metric";
import { parseWindow, type Window } from "@/lib/domain/usage/window";
import { hasRecovered, holds, isAbove } from "./comparison";
import type { Operator, Scope, Tier } from "./rule";

type Draft = {
  metric: MetricName;
  scope: Scope;
  window: string | null;
  time_zone: string;
  operator: Operator;
  tiers: Tier[];
  for: string;
  keep_firing_for: string;
  escalation: { after: string }[];
};
type Refuse = (path: PropertyKey[], message: string) => void;

/** The refusals that need more than one field; each names the field to change. */
export function checkRule(rule: Draft, context: z.RefinementCtx): void {
  const refuse: Refuse = (path, message) => context.addIssue({ code: "custom", path, message });
  const window = checkWindow(rule, refuse);
  checkScope(rule, refuse);
  checkTiers(rule, refuse);
  checkEscalation(rule, refuse);
  if (window?.kind === "calendar" && metric(rule.metric).kind === "sum") checkQuota(rule, refuse);
}

function checkWindow(rule: Draft, refuse: Refuse): Window | null {
  const { kind } = metric(rule.metric);
  if (rule.window === null) {
    if (kind !== "limit" && kind !== "age") {
      refuse(
        ["window"],
        `${rule.metric} needs a window: "10s" to "31d", or calendar_hour, calendar_day, calendar_month`,
      );
    }
    return null;
  }
  if (kind === "limit") {
    refuse(["window"], `must be absent: ${rule.metric} takes the windows of the key's limits`);
    return null;
  }
  try {
    const window = parseWindow(rule.window, rule.time_zone);
    checkSpan(rule, window, refuse);
    return window;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    refuse(["window"], error.message);
    return null;
  }
}

/** Tags and distinct addresses are read from the events themselves, which bounds the span. */
function checkSpan(rule: Draft, window: Window, refuse: Refuse): void {
  const short = window.kind === "sliding" ? window.ms <= DAY : window.period !== "month";
  if (short) return;
  if (rule.metric === "distinct_ips") refuse(["window"], "must be at most 24h for distinct_ips");
  else if (rule.scope.tag !== undefined) refuse(["window"], "must be at most 24h for a rule on a tag");
}

function checkScope({ metric: name, scope }: Draft, refuse: Refuse): void {
  if (metric(name).kind !== "limit") return;
  if (scope.each === "consumer") {
    refuse(["scope", "each"], `must be key, pool, provider or all: ${name} belongs to keys`);
  }
  for (const field of ["source", "consumer", "tag"] as const) {
    if (scope[field] !== undefined) {
      refuse(
        ["scope", field],
        `must be absent: a key's limits count all of its use, so ${name} cannot be split`,
      );
    }
  }
}

function checkTiers({ metric: name, operator, tiers }: Draft, refuse: Refuse): void {
  for (const [index, tier] of tiers.entries()) {
    if (metric(name).kind === "ratio" && tier.threshold > 1) {
      refuse(["tiers", index, "threshold"], `must be a fraction from 0 to 1: ${name} of 5 % is 0.05`);
    }
    if (tier.recovery === null) continue;
    const { recovery, threshold } = tier;
    if (holds(recovery, operator, threshold) || !hasRecovered(recovery, operator, threshold)) {
      const side = isAbove(operator) ? "below" : "above";
      const equal = operator === ">" || operator === "<" ? `at or ${side}` : side;
      refuse(
        ["tiers", index, "recovery"],
        `must be ${equal} the threshold ${threshold} for a rule with ${operator}`,
      );
    }
  }
  checkOrder(operator, tiers, refuse);
}

function checkOrder(operator: Operator, tiers: Tier[], refuse: Refuse): void {
  const [first, second] = tiers;
  if (first === undefined || second === undefined) return;
  if (first.severity === second.severity) {
    refuse(["tiers", 1, "severity"], `must differ: there is a ${first.severity} tier already`);
    return;
  }
  const critical = first.severity === "critical" ? first : second;
  const warning = first.severity === "critical" ? second : first;
  const beyond = isAbove(operator)
    ? critical.threshold > warning.threshold
    : critical.threshold < warning.threshold;
  if (beyond) return;
  const side = isAbove(operator) ? "above" : "below";
  refuse(
    ["tiers", tiers.indexOf(critical), "threshold"],
    `must be ${side} the warning's ${warning.threshold} for the critical tier of a rule with ${operator}`,
  );
}

function checkEscalation({ escalation }: Draft, refuse: Refuse): void {
  for (const [index, { after }] of escalation.entries()) {
    const before = escalation[index - 1]?.after;
    if (before === undefined || parseDuration(after) > parseDuration(before)) continue;
    refuse(["escalation", index, "after"], `must be longer than the ${before} of the step before`);
  }
}

/** A quota only fills up: it has no other side to come back from until its period ends. */
function checkQuota(rule: Draft, refuse: Refuse): void {
  const what = `a quota (${rule.metric} in a ${rule.window})`;
  if (!isAbove(rule.operator)) refuse(["operator"], `must be > or >= for ${what}`);
  for (const field of ["for", "keep_firing_for"] as const) {
    if (parseDuration(rule[field]) !== 0) refuse([field], `must be 0s for ${what}`);
  }
  for (const [index, tier] of rule.tiers.entries()) {
    if (tier.recovery !== null) {
      refuse(["tiers", index, "recovery"], `must be absent for ${what}: it closes with its period`);
    }
  }
}
