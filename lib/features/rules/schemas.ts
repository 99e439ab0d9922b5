import { z } from "zod";
import type { AdviceCode } from "@/lib/domain/alerting/advice";
import type { ExhaustionOutcome } from "@/lib/domain/alerting/exhaustion";
import { type RuleInput, ruleInputSchema, type Severity } from "@/lib/domain/alerting/rule";
import type { Status } from "@/lib/domain/alerting/state";
import type { Point } from "@/lib/domain/usage/steps";
import { parseRequestTime } from "@/lib/domain/usage/time";

export { type RuleInput, ruleInputSchema };

/** A rule's state for one key, pool, provider or consumer, or for all. Instants RFC 3339. */
export interface RuleInstanceDto {
  /** `key:123`, `pool:…`, `provider:openai`, `consumer:team-a`, `all` */
  scope_key: string;
  key: string | null;
  /** The pool's id, the provider or the consumer, for such scopes. */
  group: string | null;
  /** What people call it. */
  name: string | null;
  hint: string | null;
  status: Status;
  severity: Severity | null;
  /** As of `observed_at`: written when the state changes. */
  value: number | null;
  since: string | null;
  error: string | null;
  observed_at: string | null;
  next_evaluation_at: string | null;
  incident: string | null;
}

/** A rule as API and pages see it: its definition, complete, and how many instances are not ok. */
export interface RuleDto extends RuleInput {
  id: string;
  version: number;
  created_by: string;
  created_at: string;
  updated_at: string;
  /** Everything up to this instant has been evaluated. */
  evaluated_to: string;
  states: Partial<Record<Status, number>>;
}

export interface RuleDetailDto extends RuleDto {
  /** Those that are not ok, the worst first; 500 at most. */
  instances: RuleInstanceDto[];
  /** What should be known of the rule: that it never fires, repeats another one … */
  warnings: RuleWarningDto[];
}

export interface RuleWarningDto {
  code: AdviceCode;
  message: string;
  /** The other rule it is about. */
  rule: string | null;
}

const instant = z.unknown().transform((value, context) => {
  const parsed = parseRequestTime(value);
  if (parsed.ok) return parsed.at;
  context.addIssue({ code: "custom", message: parsed.message });
  return z.NEVER;
});

export const backtestSchema = z.object(
  { rule: ruleInputSchema, from: instant, to: instant },
  'must be an object such as {"rule":{…},"from":"…","to":"…"}',
);

/** One change of state of a back-test. `group` is set for pools, providers and consumers. */
export interface BacktestTransition {
  at: string;
  key: string | null;
  group: string | null;
  from: Status;
  to: Status;
  severity: Severity | null;
  value: number | null;
}

/** When a provider first refused a key for its allowance, after an hour in which it had not. */
export interface BacktestExhaustion {
  key: string;
  outcome: ExhaustionOutcome;
  at: string;
  /** Since when the rule's alert had been open by then; null where it had not. */
  warned_at: string | null;
  /** Seconds from the one to the other. */
  lead_s: number | null;
}

export interface BacktestDto {
  transitions: BacktestTransition[];
  incidents: number;
  notifications: number;
  messages_per_week: number;
  exhaustions: BacktestExhaustion[];
}

/** The spans that the form of a rule tries it on. */
export const PREVIEW_DAYS = [1, 7, 30] as const;

export const previewSchema = z.object({
  rule: ruleInputSchema,
  /** The stored rule that is being changed. */
  id: z.string().max(64).nullable().default(null),
  days: z.union(PREVIEW_DAYS.map((days) => z.literal(days))).default(7),
});

/** Something a rule watches, as people call it. */
export interface WatchedDto {
  /** As RuleInstanceDto's `scope_key`. */
  scope_key: string;
  key: string | null;
  name: string;
}

/** What a rule that is being written reads now, and what it would have done. Instants in epoch ms. */
export interface RulePreviewDto {
  warnings: RuleWarningDto[];
  now: {
    watched: number;
    /** How many would be over each threshold, by the highest of theirs. */
    over: Record<Severity, number>;
    /** Those closest to firing, the closest first; 6 at most. */
    closest: (WatchedDto & { value: number | null; severity: Severity | null })[];
  };
  past: {
    from: number;
    to: number;
    incidents: number;
    messages: number;
    messages_per_week: number;
    /** Those that would have fired, most often first; 20 at most. */
    fired: (WatchedDto & { incidents: number; first_at: number })[];
    /** How many fired in all. */
    fired_count: number;
    exhaustions: {
      key: string;
      name: string;
      outcome: ExhaustionOutcome;
      at: number;
      lead_s: number | null;
    }[];
  };
  chart: {
    from: number;
    to: number;
    step_ms: number;
    /** Of those that fired most often, else of those closest to firing. */
    series: (WatchedDto & { points: Point[] })[];
    /** When these would have fired first in each of the chart's steps. */
    marks: { at: number; severity: Severity }[];
  };
}
