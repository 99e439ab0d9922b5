import { z } from "zod";
import { INCIDENT_STATES } from "@/lib/domain/alerting/incident";
import { OPERATORS, SEVERITIES } from "@/lib/domain/alerting/rule";
import { METRIC_NAMES } from "@/lib/domain/usage/metric";
import type { IncidentDetailDto } from "@/lib/features/incidents/queries";
import type { IncidentDto, IncidentTransition, TimelineEntry } from "@/lib/features/incidents/schemas";
import { instant, named, pageOf } from "../operation";
import { deliveryAnswer, ruleDefinition } from "./alerting";

const text = z.string().nullable();

const incident = z.strictObject({
  id: z.string(),
  rule: z.string().describe("The rule's id."),
  rule_name: z.string(),
  state: z.enum(INCIDENT_STATES),
  severity: z.enum(SEVERITIES),
  key: text.describe("null where several keys share it."),
  members: z.array(z.string()).describe("The ids of the keys that share it."),
  scope_key: z.string(),
  subject: text,
  provider: text,
  metric: z.enum(METRIC_NAMES),
  operator: z.enum(OPERATORS),
  window: text,
  value: z.number().nullable(),
  threshold: z.number().nullable(),
  started_at: instant,
  resolved_at: instant.nullable(),
  acknowledged_at: instant.nullable(),
  acknowledged_by: text,
  snoozed_until: instant.nullable().describe("When the acknowledgement ends by itself."),
  flapping_since: instant.nullable().describe("Since then only its settling is told."),
});
export const incidentAnswer = named("Incident", incident) satisfies z.ZodType<IncidentDto>;
export const incidentPage = pageOf("IncidentPage", incidentAnswer);

export const timelineEntry = named(
  "TimelineEntry",
  z
    .looseObject({ id: z.string(), at: instant, kind: z.string(), actor: text })
    .describe("What happened; further fields depend on its kind."),
) satisfies z.ZodType<TimelineEntry>;

const transition = z.strictObject({
  id: z.string(),
  key: text,
  at: instant,
  from: z.string(),
  to: z.string(),
  severity: text,
  value: z.number().nullable(),
  threshold: z.number().nullable(),
  reason: text,
  quiet: text.describe("Why no message was made of it; null where one was."),
}) satisfies z.ZodType<IncidentTransition>;

export const incidentDetail = named(
  "IncidentDetail",
  z.strictObject({
    ...incident.shape,
    definition: ruleDefinition.describe("The rule as it was when the incident opened."),
    timeline: z.array(timelineEntry),
    transitions: z.array(transition),
    deliveries: z.array(deliveryAnswer).describe("The latest 500."),
  }),
) satisfies z.ZodType<IncidentDetailDto>;
