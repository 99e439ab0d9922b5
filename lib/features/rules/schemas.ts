import { z } from "zod";
import type { ExhaustionOutcome } from "@/lib/domain/alerting/exhaustion";
import { type RuleInput, ruleInputSchema, type Severity } from "@/lib/domain/alerting/rule";
import type { Status } from "@/lib/domain/alerting/state";
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
