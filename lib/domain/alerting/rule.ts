import { z } from "zod";
import { DAY, parseDuration, SECOND } from "@/lib/domain/usage/duration";
import { METRIC_NAMES, type MetricName, metric } from "@/lib/domain/usage/metric";
import { parseWindow, type Window } from "@/lib/domain/usage/window";
import { isTimeZone } from "@/lib/domain/usage/zone";
import { checkRule } from "./rule-checks";

/** In ascending order. */
export const SEVERITIES = ["warning", "critical"] as const;
export type Severity = (typeof SEVERITIES)[number];

export const OPERATORS = [">=", ">", "<=", "<"] as const;
export type Operator = (typeof OPERATORS)[number];

export const SCOPE_EACH = ["key", "pool", "provider", "consumer", "all"] as const;
export type ScopeEach = (typeof SCOPE_EACH)[number];

export const NO_DATA_MODES = ["ok", "alert", "keep"] as const;
export type NoDataMode = (typeof NO_DATA_MODES)[number];

const oneOf = (values: readonly string[]) => `must be one of ${values.join(", ")}`;

function text(what: string) {
  return z
    .string(`must be ${what}`)
    .trim()
    .min(1, `must be ${what}`)
    .max(200, "must be at most 200 characters");
}

function duration(bounds: { min?: number; max?: number } = {}) {
  return z.string('must be a duration such as "30s", "5m" or "24h"').superRefine((value, context) => {
    try {
      parseDuration(value, bounds);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      // Ends here, so that the checks across fields only see durations that can be read.
      context.addIssue({ code: "custom", message: error.message, continue: false });
    }
  });
}

/** Strict: a misspelt field would widen the rule to everything. */
const scopeSchema = z.strictObject(
  {
    each: z.enum(SCOPE_EACH, oneOf(SCOPE_EACH)).default("key"),
    key: z
      .string("must be a key's id")
      .regex(/^[1-9]\d{0,15}$/, "must be a key's id")
      .optional(),
    pool: text("a pool's name or id").optional(),
    provider: text("a provider's name").toLowerCase().optional(),
    source: text("a source's name or id").optional(),
    consumer: text("a consumer's name").optional(),
    tag: text('a tag as "name=value", or "name" for any value').optional(),
  },
  {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `must have each, key, pool, provider, source, consumer and tag only, got ${issue.keys.join(", ")}`
        : 'must be an object such as {"each":"key"}',
  },
);
export type Scope = z.output<typeof scopeSchema>;

const amount = z.number("must be a number").min(0, "must be 0 or more");

const tierSchema = z.object(
  {
    severity: z.enum(SEVERITIES, oneOf(SEVERITIES)),
    threshold: amount,
    recovery: amount.nullable().default(null),
  },
  'must be an object such as {"severity":"warning","threshold":800}',
);
export type Tier = z.output<typeof tierSchema>;

const stepSchema = z.object(
  {
    /** Unacknowledged for so long since the incident began. */
    after: duration({ min: SECOND, max: 7 * DAY }),
    channels: z
      .array(text("a channel's id"), "must be a list of channel ids")
      .min(1, "must name at least one channel")
      .max(50, "must be at most 50 channels"),
  },
  'must be an object such as {"after":"15m","channels":["…"]}',
);

const flappingSchema = z.object(
  {
    /** More changes than this within the window are flapping. */
    transitions: z.int("must be a whole number").min(2, "must be 2 or more").max(100, "must be at most 100"),
    window: duration({ min: 10 * SECOND, max: DAY }),
  },
  'must be an object such as {"transitions":6,"window":"10m"}, or null for off',
);
export type FlappingPolicy = z.output<typeof flappingSchema>;

const FLAPPING_DEFAULT: FlappingPolicy = { transitions: 6, window: "10m" };

const fields = {
  name: text("the rule's name"),
  metric: z.enum(METRIC_NAMES, oneOf(METRIC_NAMES)),
  scope: scopeSchema,
  window: z
    .string("must be a duration from 10s to 31d, or calendar_hour, calendar_day, calendar_month")
    .nullable(),
  time_zone: z
    .string("must be an IANA time zone")
    .refine(isTimeZone, { error: 'must be an IANA time zone such as "UTC" or "Europe/Berlin"', abort: true }),
  operator: z.enum(OPERATORS, oneOf(OPERATORS)),
  tiers: z
    .array(tierSchema, "must be a list of tiers")
    .min(1, "must have a warning tier, a critical tier or both")
    .max(SEVERITIES.length, "must have a warning tier, a critical tier or both"),
  for: duration({ max: 31 * DAY }),
  keep_firing_for: duration({ max: 31 * DAY }),
  min_requests: z.int("must be a whole number").min(0, "must be 0 or more"),
  no_data: z.enum(NO_DATA_MODES, oneOf(NO_DATA_MODES)),
  /** null is off. */
  repeat_every: duration({ min: SECOND, max: 31 * DAY }).nullable(),
  channels: z
    .array(text("a channel's id"), "must be a list of channel ids")
    .max(50, "must be at most 50 channels"),
  /** Who else is told while nobody acknowledges. */
  escalation: z.array(stepSchema, "must be a list of steps").max(10, "must be at most 10 steps"),
  /** null is off. */
  flapping: flappingSchema.nullable(),
  enabled: z.boolean("must be true or false"),
};

/**
 * What POST /rules takes. The output is complete: what is stored, and what GET shows.
 * `window` is null for limit metrics; seconds_since_last_event accepts one and needs none, so it is dropped.
 */
export const ruleInputSchema = z
  .object(
    {
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
      escalation: fields.escalation.default([]),
      flapping: fields.flapping.default(FLAPPING_DEFAULT),
      enabled: fields.enabled.default(true),
    },
    "must be a rule object",
  )
  .superRefine(checkRule)
  .transform((rule) => ({
    ...rule,
    window: metric(rule.metric).kind === "age" ? null : rule.window,
    tiers: bySeverity(rule.tiers),
    // A quota stays used up until its period ends: reminders of that only when asked for.
    repeat_every: rule.repeat_every !== undefined ? rule.repeat_every : isQuota(rule) ? null : "24h",
  }));
export type RuleInput = z.output<typeof ruleInputSchema>;

/** What PATCH /rules/:id takes: any of the fields. `patchRule` checks the rule that comes of it. */
export const rulePatchSchema = z.object(fields, "must be an object with fields of a rule").partial();
export type RulePatch = z.output<typeof rulePatchSchema>;

/** The changed rule, checked as a whole like a new one. Throws ZodError. */
export function patchRule(rule: RuleInput, patch: RulePatch): RuleInput {
  return ruleInputSchema.parse({ ...rule, ...patch });
}

/** A rule as evaluation uses it. Durations in ms. */
export type Rule = {
  name: string;
  metric: MetricName;
  scope: Scope;
  /** null where the metric has none: limit metrics and seconds_since_last_event. */
  window: Window | null;
  operator: Operator;
  /** In ascending severity. */
  tiers: Tier[];
  /** A sum over a calendar window: each tier fires once a period. */
  isQuota: boolean;
  forMs: number;
  keepFiringForMs: number;
  minRequests: number;
  noData: NoDataMode;
  repeatEveryMs: number | null;
  channels: string[];
  /** In ascending `afterMs`. */
  escalation: { afterMs: number; channels: string[] }[];
  flapping: { transitions: number; windowMs: number } | null;
  enabled: boolean;
};

/** Compiles what `ruleInputSchema` gave. Throws RangeError on what it would have refused. */
export function compileRule(input: RuleInput): Rule {
  return {
    name: input.name,
    metric: input.metric,
    scope: input.scope,
    window: input.window === null ? null : parseWindow(input.window, input.time_zone),
    operator: input.operator,
    tiers: bySeverity(input.tiers),
    isQuota: isQuota(input),
    forMs: parseDuration(input.for),
    keepFiringForMs: parseDuration(input.keep_firing_for),
    minRequests: input.min_requests,
    noData: input.no_data,
    repeatEveryMs: input.repeat_every === null ? null : parseDuration(input.repeat_every),
    channels: input.channels,
    escalation: input.escalation.map(({ after, channels }) => ({ afterMs: parseDuration(after), channels })),
    flapping:
      input.flapping === null
        ? null
        : { transitions: input.flapping.transitions, windowMs: parseDuration(input.flapping.window) },
    enabled: input.enabled,
  };
}

/** A rule on what is used up within a calendar period. */
export function isQuota(rule: { metric: MetricName; window: string | null }): boolean {
  return metric(rule.metric).kind === "sum" && (rule.window?.startsWith("calendar_") ?? false);
}

/** Orders severities; null is below all. */
export function severityRank(severity: Severity | null): number {
  return severity === null ? -1 : SEVERITIES.indexOf(severity);
}

function bySeverity(tiers: readonly Tier[]): Tier[] {
  return tiers.toSorted((a, b) => severityRank(a.severity) - severityRank(b.severity));
}
