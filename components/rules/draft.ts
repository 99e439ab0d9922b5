import type { NoDataMode, Operator, RuleInput, ScopeEach, Severity, Tier } from "@/lib/domain/alerting/rule";
import { isQuota, SEVERITIES } from "@/lib/domain/alerting/rule";
import { DAY, formatDuration, HOUR, MINUTE, parseDuration, SECOND } from "@/lib/domain/usage/duration";
import { type MetricName, metric } from "@/lib/domain/usage/metric";
import { plainDecimal, shiftDecimal } from "./decimal";

export const DURATION_UNITS = ["s", "m", "h", "d"] as const;
export type DurationUnit = (typeof DURATION_UNITS)[number];
export type DurationDraft = { amount: string; unit: DurationUnit };

const UNIT_MS: Record<DurationUnit, number> = { s: SECOND, m: MINUTE, h: HOUR, d: DAY };

export const SCOPE_FILTERS = ["key", "provider", "pool", "source", "consumer", "tag"] as const;
export type ScopeFilter = (typeof SCOPE_FILTERS)[number];

/** The windows the form offers by name; any other length is typed. */
export const SLIDING_PRESETS = ["1m", "5m", "15m", "1h", "6h", "24h", "7d", "30d"] as const;
export const CALENDAR_WINDOWS = ["calendar_hour", "calendar_day", "calendar_month"] as const;
export const CUSTOM_WINDOW = "custom";

/** Amounts as typed: percent for fractions, `thresholdUnit` for spans. An empty recovery is none. */
export type TierDraft = { on: boolean; threshold: string; recovery: string };

export type StepDraft = { after: DurationDraft; channels: string[] };

/** A rule as its form holds it: what was typed, whether or not it can be read. Empty filters are none. */
export type RuleDraft = {
  name: string;
  metric: MetricName;
  each: ScopeEach;
  filters: Record<ScopeFilter, string>;
  /** A preset, a calendar window or `custom`. */
  window: string;
  customWindow: DurationDraft;
  timeZone: string;
  operator: Operator;
  thresholdUnit: DurationUnit;
  tiers: Record<Severity, TierDraft>;
  for: DurationDraft;
  keepFiringFor: DurationDraft;
  minRequests: string;
  noData: NoDataMode;
  repeat: boolean;
  repeatEvery: DurationDraft;
  channels: string[];
  escalation: StepDraft[];
  flapping: { on: boolean; transitions: string; window: DurationDraft };
  enabled: boolean;
};

/** The form of a rule that exists. */
export function draftOf(rule: RuleInput): RuleDraft {
  const thresholdUnit = metric(rule.metric).unit === "s" ? unitFor(rule.tiers) : "s";
  const tier = (severity: Severity): TierDraft => {
    const found = rule.tiers.find((one) => one.severity === severity);
    const text = (value: number | null | undefined) =>
      value === null || value === undefined ? "" : amountText(rule.metric, value, thresholdUnit);
    return { on: found !== undefined, threshold: text(found?.threshold), recovery: text(found?.recovery) };
  };
  const window = rule.window ?? "5m";
  const listed = isListedWindow(window);
  return {
    name: rule.name,
    metric: rule.metric,
    each: rule.scope.each,
    filters: {
      key: rule.scope.key ?? "",
      provider: rule.scope.provider ?? "",
      pool: rule.scope.pool ?? "",
      source: rule.scope.source ?? "",
      consumer: rule.scope.consumer ?? "",
      tag: rule.scope.tag ?? "",
    },
    window: listed ? window : CUSTOM_WINDOW,
    customWindow: listed ? { amount: "10", unit: "m" } : durationDraft(window),
    timeZone: rule.time_zone,
    operator: rule.operator,
    thresholdUnit,
    tiers: { warning: tier("warning"), critical: tier("critical") },
    for: durationDraft(rule.for),
    keepFiringFor: durationDraft(rule.keep_firing_for),
    minRequests: rule.min_requests === 0 ? "" : String(rule.min_requests),
    noData: rule.no_data,
    repeat: rule.repeat_every !== null,
    repeatEvery: durationDraft(rule.repeat_every ?? "24h"),
    channels: rule.channels,
    escalation: rule.escalation.map(({ after, channels }) => ({ after: durationDraft(after), channels })),
    flapping: flappingDraft(rule.flapping),
    enabled: rule.enabled,
  };
}

/** Switched on again, it starts from what rules have by default. */
export function flappingDraft(flapping: RuleInput["flapping"]): RuleDraft["flapping"] {
  const { transitions, window } = flapping ?? { transitions: 6, window: "10m" };
  return { on: flapping !== null, transitions: String(transitions), window: durationDraft(window) };
}

/** The rule's JSON as POST /rules takes it. What cannot be read goes in as it is, for the schema to name it. */
export function inputOf(draft: RuleDraft): Record<string, unknown> {
  const { kind } = metric(draft.metric);
  const window =
    kind === "limit" || kind === "age"
      ? null
      : draft.window === CUSTOM_WINDOW
        ? durationText(draft.customWindow)
        : draft.window;
  const quota = isQuota({ metric: draft.metric, window });
  const amount = (text: string) => amountOf(draft.metric, text, draft.thresholdUnit);
  const filters = SCOPE_FILTERS.flatMap((field): [string, string][] => {
    const value = draft.filters[field].trim();
    return value === "" ? [] : [[field, value]];
  });
  return {
    name: draft.name,
    metric: draft.metric,
    scope: { each: draft.each, ...Object.fromEntries(filters) },
    window,
    time_zone: draft.timeZone,
    operator: draft.operator,
    tiers: tiersOn(draft).map((severity) => ({
      severity,
      threshold: amount(draft.tiers[severity].threshold),
      recovery:
        quota || draft.tiers[severity].recovery.trim() === "" ? null : amount(draft.tiers[severity].recovery),
    })),
    for: quota ? "0s" : durationText(draft.for, "0s"),
    keep_firing_for: quota ? "0s" : durationText(draft.keepFiringFor, "0s"),
    min_requests: draft.minRequests.trim() === "" ? 0 : Number(draft.minRequests),
    no_data: draft.noData,
    repeat_every: draft.repeat ? durationText(draft.repeatEvery) : null,
    channels: draft.channels,
    escalation: draft.escalation.map(({ after, channels }) => ({ after: durationText(after), channels })),
    flapping: draft.flapping.on
      ? { transitions: countOf(draft.flapping.transitions), window: durationText(draft.flapping.window) }
      : null,
    enabled: draft.enabled,
  };
}

/** The severities that are switched on, in the order of the rule's tiers. */
export function tiersOn(draft: RuleDraft): Severity[] {
  return SEVERITIES.filter((severity) => draft.tiers[severity].on);
}

/** Whether the draft is a sum over a calendar period, which has no recovery and no `for`. */
export function isQuotaDraft(draft: RuleDraft): boolean {
  return isQuota({ metric: draft.metric, window: draft.window });
}

/** "90m" as amount and unit; "1h30m" is 90 minutes. */
export function durationDraft(text: string): DurationDraft {
  const plain = formatDuration(parseDuration(text));
  const unit = DURATION_UNITS.find((one) => plain.endsWith(one)) ?? "s";
  return { amount: plain.slice(0, -1), unit };
}

/** null, which no schema takes, for nothing typed. */
const countOf = (text: string): number | null => (text.trim() === "" ? null : Number(text));

function durationText({ amount, unit }: DurationDraft, empty?: string): string {
  const text = amount.trim();
  return text === "" && empty !== undefined ? empty : `${text}${unit}`;
}

/** A threshold as it is typed for its metric: 0.8 is "80" of percent, 7200 s is "2" of hours. */
function amountText(name: MetricName, value: number, unit: DurationUnit): string {
  switch (metric(name).unit) {
    case "fraction":
      return shiftDecimal(plainDecimal(value), 2);
    case "s":
      return plainDecimal(value / (UNIT_MS[unit] / SECOND));
    default:
      return plainDecimal(value);
  }
}

/** What was typed, in the metric's own unit; null when it is no number. */
export function amountOf(name: MetricName, text: string, unit: DurationUnit): number | null {
  const typed = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(typed)) return null;
  switch (metric(name).unit) {
    case "fraction":
      // As typed, not as read: the percentage of a fraction may need more digits than a number holds.
      return Number(shiftDecimal(/^-?\d*\.?\d*$/.test(text.trim()) ? text.trim() : plainDecimal(typed), -2));
    case "s":
      return typed * (UNIT_MS[unit] / SECOND);
    default:
      return typed;
  }
}

/** The largest unit in which every amount of the tiers is a whole number. */
function unitFor(tiers: readonly Tier[]): DurationUnit {
  const seconds = tiers.flatMap(({ threshold, recovery }) => [threshold, recovery ?? 0]);
  const whole = (unit: DurationUnit) => seconds.every((value) => value % (UNIT_MS[unit] / SECOND) === 0);
  return seconds.every((value) => value === 0) ? "s" : (DURATION_UNITS.findLast(whole) ?? "s");
}

function isListedWindow(window: string): boolean {
  return [...SLIDING_PRESETS, ...CALENDAR_WINDOWS].some((preset) => preset === window);
}
