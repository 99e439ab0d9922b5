import { DAY, HOUR, MINUTE, SECOND } from "@/lib/domain/usage/duration";
import { type MetricName, metric } from "@/lib/domain/usage/metric";
import type { Window } from "@/lib/domain/usage/window";
import { isAbove } from "./comparison";
import type { Operator, Rule, Scope, Severity, Tier } from "./rule";

/** Names to show instead of the ids that a scope holds. */
export type ScopeNames = { key?: string; pool?: string; source?: string };

const NUMBER = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });
const MONEY = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 6 });
const SIGNS: Record<Operator, string> = { ">=": "≥", ">": ">", "<=": "≤", "<": "<" };
const OPENINGS: Record<Severity, string> = { warning: "Warn", critical: "Raise a critical alert" };

const FILTERS: [Exclude<keyof Scope, "each">, string][] = [
  ["key", "by key"],
  ["provider", "of"],
  ["pool", "in pool"],
  ["source", "through"],
  ["consumer", "for consumer"],
  ["tag", "tagged"],
];

/** What "has …" says of each metric; {} stands for the comparison. */
const PHRASES: Record<MetricName, string> = {
  requests: "has {} requests",
  errors: "has {} errors",
  error_rate: "has an error rate {}",
  throttled: "has {} throttled requests",
  throttle_rate: "has a throttle rate {}",
  input_tokens: "has {} input tokens",
  output_tokens: "has {} output tokens",
  total_tokens: "has {} tokens",
  cost_usd: "costs {}",
  latency_p50: "has a p50 latency {}",
  latency_p95: "has a p95 latency {}",
  latency_p99: "has a p99 latency {}",
  distinct_ips: "is used from {} distinct addresses",
  seconds_since_last_event: "has been without an event for {}",
  limit_used: "has used {} of a limit",
  seconds_to_exhaustion: "has {} until a limit is used up",
};

/**
 * A rule in plain words: "Warn when any key of openai has ≥ 800 requests in 5 min; critical at ≥ 950. Recovers at
 * ≤ 700 (warning)."
 */
export function describeRule(rule: Rule, names: ScopeNames = {}): string {
  const [first, ...others] = rule.tiers;
  if (first === undefined) return "Never fires: it has no tier.";
  const condition = PHRASES[rule.metric].replace("{}", compared(rule, first.threshold));
  const parts = [
    `${OPENINGS[first.severity]} when ${describeScope(rule.scope, names)} ${condition}${within(rule.window)}`,
    rule.forMs > 0 ? ` for at least ${describeDuration(rule.forMs)}` : "",
    rule.minRequests > 0 ? `, given ${NUMBER.format(rule.minRequests)} requests or more` : "",
    ...others.map((tier) => `; ${tier.severity} at ${compared(rule, tier.threshold)}`),
  ];
  return [`${parts.join("")}.`, ...afterwards(rule)].join(" ");
}

/** Whom a scope watches: "any key of openai in pool main". */
export function describeScope(scope: Scope, names: ScopeNames = {}): string {
  const { each, ...filters } = scope;
  // A name says something only of a field that the scope has.
  const shown = (field: keyof typeof filters) =>
    filters[field] && ({ ...filters, ...names }[field] ?? filters[field]);
  const one = each === "all" ? undefined : shown(each);
  const subject = each === "all" ? "everything" : one === undefined ? `any ${each}` : `${each} ${one}`;
  const words = FILTERS.flatMap(([field, word]) =>
    field === each || shown(field) === undefined ? [] : [`${word} ${shown(field)}`],
  );
  return [subject, ...words].join(" ");
}

/** A metric's value with its unit: "816", "5 %", "$12.50", "450 ms", "2 h 30 min". */
export function describeValue(name: MetricName, value: number): string {
  switch (metric(name).unit) {
    case "fraction":
      return `${NUMBER.format(value * 100)} %`;
    case "usd":
      return `$${MONEY.format(value)}`;
    case "ms":
      return `${NUMBER.format(value)} ms`;
    case "s":
      return describeDuration(value * SECOND);
    case "count":
    case "tokens":
      return NUMBER.format(value);
  }
}

/** A length of time in its two largest units: "5 min", "1 h 30 min", "0 s". */
export function describeDuration(ms: number): string {
  const parts: string[] = [];
  let rest = ms;
  for (const [size, unit] of [
    [DAY, "d"],
    [HOUR, "h"],
    [MINUTE, "min"],
  ] as const) {
    const count = Math.floor(rest / size);
    if (count > 0) parts.push(`${count} ${unit}`);
    rest -= count * size;
  }
  if (rest > 0 || parts.length === 0) parts.push(`${NUMBER.format(rest / SECOND)} s`);
  return parts.slice(0, 2).join(" ");
}

function compared(rule: Rule, threshold: number): string {
  return `${SIGNS[rule.operator]} ${describeValue(rule.metric, threshold)}`;
}

function within(window: Window | null): string {
  if (window === null) return "";
  if (window.kind === "sliding") return ` in ${describeDuration(window.ms)}`;
  return ` in a calendar ${window.period} (${window.zone})`;
}

function afterwards(rule: Rule): string[] {
  const sentences: string[] = [];
  const back = isAbove(rule.operator) ? "≤" : "≥";
  const recovers = rule.tiers.flatMap((tier) => recoveryOf(rule, tier, back));
  if (recovers.length > 0) sentences.push(`Recovers at ${recovers.join(", ")}.`);
  if (rule.keepFiringForMs > 0) {
    sentences.push(`Keeps firing for ${describeDuration(rule.keepFiringForMs)} after that.`);
  }
  if (rule.isQuota) sentences.push("Tells once a period.");
  if (rule.noData === "alert") sentences.push("Missing data is an alert too.");
  if (rule.noData === "keep") sentences.push("Missing data changes nothing.");
  if (rule.escalation.length > 0) {
    const steps = rule.escalation.map(({ afterMs }) => describeDuration(afterMs));
    sentences.push(`Escalates after ${steps.join(", ")} without acknowledgement.`);
  }
  if (rule.repeatEveryMs !== null) sentences.push(`Reminds every ${describeDuration(rule.repeatEveryMs)}.`);
  return sentences;
}

function recoveryOf(rule: Rule, { severity, recovery }: Tier, sign: string): string[] {
  if (recovery === null) return [];
  const value = `${sign} ${describeValue(rule.metric, recovery)}`;
  return [rule.tiers.length > 1 ? `${value} (${severity})` : value];
}
