import { z } from "zod";
import { parseDuration } from "@/lib/domain/usage/duration";
import { METRIC_NAMES, METRICS, type MetricName } from "@/lib/domain/usage/metric";
import { parseWindow, type Window } from "@/lib/domain/usage/window";
import { isTimeZone } from "@/lib/domain/usage/zone";
import { checkRule } from "./rule-checks";

/** In ascending order. */
export const SEVERITIES = ["warning", "critical"] as const;
export type Severity = (typeof SEVERITIES)[number];

export const OPERATORS = [">=", ">", "<=", "<"] as const;
export type Operator = (typeof OPERATORS)[number];

export const SCOPE_EACH = ["key", "pool", "provider", "consumer", "all"] as const;
export const NO_DATA_MODES = ["ok", "alert", "keep"] as const;

const duration = z
  .string('expected a duration such as "0s", "30s", "5m", "2h" or "1d"')
  .refine(
    (text) => parseDuration(text) !== null,
    'expected a duration such as "0s", "30s", "5m", "2h" or "1d"',
  );

const name = (what: string) =>
  z.string(`expected ${what}`).trim().min(1, `expected ${what}`).max(200, "expected at most 200 characters");

const scopeSchema = z.object({
  each: z.enum(SCOPE_EACH, `expected one of ${SCOPE_EACH.join(", ")}`).default("key"),
  /** Key id, a decimal string. */
  key: z
    .string("expected a key id")
    .regex(/^[1-9]\d{0,15}$/, "expected a key id")
    .optional(),
  pool: name("a pool's name").optional(),
  provider: name("a provider").toLowerCase().optional(),
  source: name("a source").optional(),
  consumer: name("a consumer").optional(),
  /** `name=value`, or `name` for any value. */
  tag: name('a tag as "name=value", or "name" for any value').optional(),
});
export type Scope = z.output<typeof scopeSchema>;

const threshold = z.number("expected a number").min(0, "expected a number of 0 or more");

const tierSchema = z.object({
  severity: z.enum(SEVERITIES, `expected ${SEVERITIES.join(" or ")}`),
  threshold,
  recovery: threshold.nullish().transform((value) => value ?? null),
});

const fields = {
  name: name("the rule's name"),
  metric: z.enum(METRIC_NAMES, `expected one of ${METRIC_NAMES.join(", ")}`),
  scope: scopeSchema,
  /** null: the metric needs none. */
  window: z.string('expected "10s" to "31d", or calendar_hour, calendar_day, calendar_month').nullable(),
  time_zone: z
    .string("expected an IANA time zone")
    .refine(isTimeZone, 'expected an IANA time zone such as "UTC" or "Europe/Berlin"'),
  operator: z.enum(OPERATORS, `expected one of ${OPERATORS.join(" ")}`),
  tiers: z
    .array(tierSchema, "expected a list of tiers")
    .min(1, "expected one or two tiers")
    .max(2, "expected one or two tiers"),
  for: duration,
  keep_firing_for: duration,
  min_requests: z.int("expected a whole number of 0 or more").min(0, "expected a whole number of 0 or more"),
  no_data: z.enum(NO_DATA_MODES, `expected one of ${NO_DATA_MODES.join(", ")}`),
  repeat_every: duration.nullable(),
  channels: z
    .array(z.string("expected a channel id"), "expected a list of channel ids")
    .max(50, "expected at most 50 channels"),
  enabled: z.boolean("expected true or false"),
};

/** What POST /rules takes; its output is what is stored and what GET shows. */
export const ruleInputSchema = z
  .object({
    ...fields,
    scope: fields.scope.default({ each: "key" }),
    window: fields.window.default(null),
    time_zone: fields.time_zone.default("UTC"),
    for: fields.for.default("0s"),
    keep_firing_for: fields.keep_firing_for.default("0s"),
    min_requests: fields.min_requests.default(0),
    no_data: fields.no_data.default("ok"),
    repeat_every: fields.repeat_every.optional(),
    channels: fields.channels.default([]),
    enabled: fields.enabled.default(true),
  })
  .transform((rule) => ({
    ...rule,
    tiers: bySeverity(rule.tiers),
    window: METRICS[rule.metric].kind === "age" ? null : rule.window,
    // A used-up quota stays used up until its period ends: reminders only when asked for.
    repeat_every: rule.repeat_every !== undefined ? rule.repeat_every : isQuota(rule) ? null : "24h",
  }))
  .superRefine(checkRule);
export type RuleInput = z.output<typeof ruleInputSchema>;

/** What PATCH /rules/:id takes: any fields; `patchRule` checks the outcome as a whole. */
export const rulePatchSchema = z.object(fields).partial();
export type RulePatch = z.output<typeof rulePatchSchema>;

/** The changed rule, checked like a new one. Throws ZodError. */
export function patchRule(rule: RuleInput, patch: RulePatch): RuleInput {
  return ruleInputSchema.parse({ ...rule, ...patch });
}

export type Tier = { severity: Severity; threshold: number; recovery: number | null };

/** A rule as evaluation uses it; durations in ms. */
export type Rule = {
  name: string;
  metric: MetricName;
  scope: Scope;
  /** null for metrics that have none (of limits, and seconds_since_last_event). */
  window: Window | null;
  timeZone: string;
  operator: Operator;
  /** Ascending severity. */
  tiers: Tier[];
  /** Calendar window and a sum: each tier fires once a period. */
  isQuota: boolean;
  forMs: number;
  keepFiringForMs: number;
  minRequests: number;
  noData: (typeof NO_DATA_MODES)[number];
  repeatEveryMs: number | null;
  channels: string[];
  enabled: boolean;
};

/** Compiles a checked rule. Throws on a duration or window the schema would have refused. */
export function compileRule(input: RuleInput): Rule {
  return {
    name: input.name,
    metric: input.metric,
    scope: input.scope,
    window: input.window === null ? null : parseWindow(input.window),
    timeZone: input.time_zone,
    operator: input.operator,
    tiers: bySeverity(input.tiers),
    isQuota: isQuota(input),
    forMs: parseDuration(input.for),
    keepFiringForMs: parseDuration(input.keep_firing_for),
    minRequests: input.min_requests,
    noData: input.no_data,
    repeatEveryMs: input.repeat_every === null ? null : parseDuration(input.repeat_every),
    channels: input.channels,
    enabled: input.enabled,
  };
}

/** A rule on what is used up in a calendar period. */
export function isQuota(rule: { metric: MetricName; window: string | null }): boolean {
  return METRICS[rule.metric].kind === "sum" && (rule.window?.startsWith("calendar_") ?? false);
}

export function severityRank(severity: Severity | null): number {
  return severity === null ? -1 : SEVERITIES.indexOf(severity);
}

function bySeverity<T extends { severity: Severity }>(tiers: T[]): T[] {
  return tiers.toSorted((a, b) => severityRank(a.severity) - severityRank(b.severity));
}
