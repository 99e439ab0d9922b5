import { z } from "zod";
import { INCIDENT_STATES, type IncidentState } from "@/lib/domain/alerting/incident";
import { type RuleInput, SEVERITIES, type Severity } from "@/lib/domain/alerting/rule";

const oneOf = (values: readonly string[]) => ({ error: `expected one of ${values.join(", ")}` });
const STATE_FILTERS = ["open", ...INCIDENT_STATES] as const;

/** Filters of the list, all of them together; `open` is firing and acknowledged. */
export const incidentsQuerySchema = z.object({
  state: z.enum(STATE_FILTERS, oneOf(STATE_FILTERS)).optional(),
  key: z
    .string()
    .regex(/^[1-9]\d{0,15}$/, "expected a key's id")
    .optional(),
  rule: z.string().max(64, "expected a rule's id").optional(),
  severity: z.enum(SEVERITIES, oneOf(SEVERITIES)).optional(),
});

export const acknowledgementSchema = z
  .object({ comment: z.string().trim().max(1_000, "expected at most 1,000 characters").optional() })
  .default({});

/** An incident as API and pages see it. Times are RFC 3339. */
export interface IncidentDto {
  id: string;
  /** The rule's id. */
  rule: string;
  rule_name: string;
  state: IncidentState;
  severity: Severity;
  /** Null where several keys share it. */
  key: string | null;
  members: string[];
  /** `key:123`, `pool:…`, `provider:openai`, `consumer:team-a`, `all` */
  scope_key: string;
  /** What people call it: a key's name or hint, a pool, provider or consumer; null for all. */
  subject: string | null;
  provider: string | null;
  metric: RuleInput["metric"];
  operator: RuleInput["operator"];
  window: string | null;
  /** When it last changed; in the metric's unit. */
  value: number | null;
  threshold: number | null;
  started_at: string;
  resolved_at: string | null;
  acknowledged_at: string | null;
  acknowledged_by: string | null;
}

/** One thing that happened; what it was is in the fields that its `kind` has. */
export interface TimelineEntry {
  at: string;
  kind: string;
  actor: string | null;
  [field: string]: unknown;
}

export interface IncidentTransition {
  at: string;
  from: string;
  to: string;
  severity: string | null;
  value: number | null;
  threshold: number | null;
  reason: string | null;
}
