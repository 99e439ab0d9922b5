import { binValue, LAST_BIN } from "@/lib/domain/usage/histogram";
import { metric } from "@/lib/domain/usage/metric";
import { isAbove } from "./comparison";
import { describeValue } from "./describe";
import { isQuota, type RuleInput, type Scope, type Tier } from "./rule";

export const ADVICE_CODES = [
  "never_fires",
  "always_fires",
  "never_recovers",
  "watches_nothing",
  "no_limit",
  "duplicate",
  "covered",
  "tells_nobody",
] as const;
export type AdviceCode = (typeof ADVICE_CODES)[number];

/** What an operator should know of a rule that can be stored. `rule` is the id of the other one it is about. */
export type Advice = { code: AdviceCode; message: string; rule?: string };

/** What is known around a rule. */
export type Surroundings = {
  /** The other rules that are on. */
  others: readonly { id: string; name: string; definition: RuleInput }[];
  /** Keys that the scope covers now, and how many of them have a limit whose window is known. */
  keys: number;
  limited: number;
  /** Of the rule's channels, how many are switched on. */
  channelsOn: number;
};

/** Points out what cannot be meant: rules that never fire or always do, that repeat others, that nobody hears of. */
export function adviseRule(rule: RuleInput, around: Surroundings): Advice[] {
  const found = [
    ...rule.tiers.flatMap((tier) => adviseTier(rule, tier)),
    ...adviseScope(rule, around),
    ...adviseRepeats(rule, around.others),
  ];
  if (around.channelsOn === 0) {
    const message =
      rule.channels.length === 0
        ? "The rule has no channel: it opens incidents and tells nobody."
        : "All of its channels are switched off: it opens incidents and tells nobody.";
    found.push({ code: "tells_nobody", message });
  }
  return found;
}

function adviseTier(rule: RuleInput, { severity, threshold, recovery }: Tier): Advice[] {
  const { operator, metric: name, min_requests } = rule;
  const tier = `The ${severity} tier`;
  const never = (why: string): Advice[] => [
    { code: "never_fires", message: `${tier} can never fire: ${why}.` },
  ];
  const { kind, label } = metric(name);
  const most = highest(name);
  if (operator === "<" && threshold === 0) return never(`${label} is never below 0`);
  if ((operator === ">" && threshold >= most) || (operator === ">=" && threshold > most)) {
    return never(`${label} is never above ${describeValue(name, most)}`);
  }
  if (name === "requests" && !isAbove(operator) && min_requests > 0) {
    const below = operator === "<" ? min_requests >= threshold : min_requests > threshold;
    if (below) return never(`it needs ${min_requests} requests or more, which is not below its threshold`);
  }
  if ((operator === ">=" && threshold === 0 && kind !== "age") || (operator === "<=" && threshold >= most)) {
    return [{ code: "always_fires", message: `${tier} fires whatever the value is.` }];
  }
  const least = kind === "percentile" ? binValue(0) : 0;
  if (recovery !== null && isAbove(operator) && recovery < least) {
    const message = `${tier} recovers at ${describeValue(name, recovery)}, which ${label} never reaches.`;
    return [{ code: "never_recovers", message }];
  }
  return [];
}

/** The most that a metric can be. */
function highest(name: RuleInput["metric"]): number {
  const { kind } = metric(name);
  if (kind === "ratio") return 1;
  return kind === "percentile" ? binValue(LAST_BIN) : Number.POSITIVE_INFINITY;
}

function adviseScope({ metric: name, scope }: RuleInput, { keys, limited }: Surroundings): Advice[] {
  if (keys === 0) {
    const what =
      scope.each === "pool" && scope.pool === undefined ? "No key is in a pool" : "No key matches it";
    return [{ code: "watches_nothing", message: `${what} now: the rule watches nothing until one does.` }];
  }
  if (metric(name).kind !== "limit" || limited > 0) return [];
  const message = `None of its keys has a limit yet: ${metric(name).label} has no value until one is declared or a provider says it.`;
  return [{ code: "no_limit", message }];
}

function adviseRepeats(rule: RuleInput, others: Surroundings["others"]): Advice[] {
  if (!rule.enabled) return [];
  const alike = others.filter(({ definition }) => condition(definition) === condition(rule));
  const same = alike.find(({ definition }) => scopeText(definition.scope) === scopeText(rule.scope));
  if (same !== undefined) {
    const message = `“${same.name}” watches exactly the same: everything is told twice.`;
    return [{ code: "duplicate", message, rule: same.id }];
  }
  const wider = alike.find(({ definition }) => contains(definition.scope, rule.scope));
  if (wider === undefined) return [];
  const message = `“${wider.name}” watches the same for all of these and more: they are told twice.`;
  return [{ code: "covered", message, rule: wider.id }];
}

/** What decides when a rule fires, apart from whom it watches. */
function condition(rule: RuleInput): string {
  const zone = rule.window?.startsWith("calendar_") ? rule.time_zone : "";
  const tiers = isQuota(rule)
    ? rule.tiers.map(({ severity, threshold }) => [severity, threshold])
    : rule.tiers;
  return JSON.stringify([rule.metric, rule.window, zone, rule.operator, tiers, rule.for, rule.min_requests]);
}

const FILTERS = ["key", "provider", "pool", "source", "consumer", "tag"] as const;

const scopeText = (scope: Scope): string =>
  JSON.stringify([scope.each, ...FILTERS.map((field) => scope[field])]);

/** Whether everything that one scope watches is watched, alike, by the other. */
function contains(wide: Scope, narrow: Scope): boolean {
  // Narrowing a pool's or a provider's use changes its value; a key's own stays what it is.
  const own: readonly string[] = wide.each === "key" ? ["key", "provider", "pool"] : [wide.each];
  return (
    wide.each === narrow.each &&
    FILTERS.every((field) => {
      if (wide[field] === narrow[field]) return true;
      return wide[field] === undefined && own.includes(field);
    })
  );
}
