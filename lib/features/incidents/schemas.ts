import { z } from "zod";
import { INCIDENT_STATES, type IncidentState } from "@/lib/domain/alerting/incident";
import { type RuleInput, SEVERITIES, type Severity } from "@/lib/domain/alerting/rule";
import { DAY, MINUTE, parseDuration } from "@/lib/domain/usage/duration";
import { parseRequestTime } from "@/lib/domain/usage/time";

const oneOf = (values: readonly string[]) => ({ error: `expected one of ${values.join(", ")}` });
export const LONGEST_SNOOZE_MS = 31 * DAY;
const STATE_FILTERS = ["open", ...INCIDENT_STATES] as const;

/** Filters of the list, all of them together; `open` is firing and acknowledged. */
export const incidentsQuerySchema = z.object({
  state: z.enum(STATE_FILTERS, oneOf(STATE_FILTERS)).optional(),
  key: z
    .string()
    .regex(/^[1-9]\d{0,15}$/, "expected a key's id")
    .optional(),
  rule: z.string().max(64, "expected a rule's id").optional(),
  /** Part of the rule's name, or of the name or hint of what it is about. */
  q: z.string().trim().max(200, "expected at most 200 characters").optional(),
  severity: z.enum(SEVERITIES, oneOf(SEVERITIES)).optional(),
});

const instant = z.unknown().transform((value, context) => {
  const parsed = parseRequestTime(value);
  if (parsed.ok) return parsed.at;
  context.addIssue({ code: "custom", message: parsed.message });
  return z.NEVER;
});

const snooze = z.string('expected a duration such as "30m"').transform((value, context) => {
  try {
    return parseDuration(value, { min: MINUTE, max: LONGEST_SNOOZE_MS });
  } catch (error) {
    context.addIssue({ code: "custom", message: error instanceof RangeError ? error.message : "is wrong" });
    return z.NEVER;
  }
});

/** With `until` or `for` it is a snooze: an acknowledgement that ends by itself. */
export const acknowledgementSchema = z
  .object(
    {
      comment: z.string("expected a text").trim().max(1_000, "expected at most 1,000 characters").optional(),
      until: instant.optional(),
      for: snooze.optional(),
    },
    'expected an object such as {"comment":"…"}',
  )
  .refine((input) => input.until === undefined || input.for === undefined, {
    path: ["for"],
    message: "expected one of until and for, not both",
  })
  .default({});

export const commentSchema = z.object(
  {
    text: z
      .string("expected the comment's text")
      .trim()
      .min(1, "expected the comment's text")
      .max(4_000, "expected at most 4,000 characters"),
  },
  'expected an object such as {"text":"…"}',
);

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
  /** `key:123`, `pool:…`, `provider:openai`, `consumer:team-a`, `all`; `keys:openai` of keys that share it */
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
  /** When the acknowledgement ends by itself. */
  snoozed_until: string | null;
  /** Since when it fires and recovers again and again, and only its settling is told. */
  flapping_since: string | null;
}

/** One thing that happened; what it was is in the fields that its `kind` has. */
export interface TimelineEntry {
  id: string;
  at: string;
  kind: string;
  actor: string | null;
  [field: string]: unknown;
}

/** One change of an instance's state, and whether it was worth a message. */
export interface IncidentTransition {
  id: string;
  /** Of which key, for rules on keys. */
  key: string | null;
  at: string;
  from: string;
  to: string;
  severity: string | null;
  value: number | null;
  threshold: number | null;
  reason: string | null;
  /** Why no message was made of it; null where one was. */
  quiet: string | null;
}
