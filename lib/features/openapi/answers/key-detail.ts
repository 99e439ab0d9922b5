import { z } from "zod";
import { OPERATORS, SEVERITIES } from "@/lib/domain/alerting/rule";
import type { Level } from "@/lib/domain/charts/levels";
import { METRIC_NAMES } from "@/lib/domain/usage/metric";
import { KEY_STATES } from "@/lib/domain/usage/state";
import type { KeyDetailDto } from "@/lib/features/keys/detail";
import type { KeyStatesDto } from "@/lib/features/keys/states";
import { epochMs, named } from "../operation";
import { annotationAnswer } from "./annotations";
import { activity, eventAnswer, incidentSummary, keyAnswer } from "./usage";

const text = z.string().nullable();

const level = z.strictObject({
  id: z.string().describe("The rule's id."),
  name: z.string(),
  metric: z.enum(METRIC_NAMES),
  operator: z.enum(OPERATORS),
  amount: z.number(),
  window: text,
  time_zone: z.string(),
  severity: z.enum([...SEVERITIES, "limit"]),
}) satisfies z.ZodType<Level>;

export const keyActivity = named(
  "KeyActivity",
  z.strictObject({
    at: epochMs,
    key: keyAnswer,
    activity,
    refused: text.describe(
      "Why there is no activity: the filters look at events, which are kept for less long.",
    ),
    previous: activity
      .nullable()
      .describe("With `compare=previous`: the stretch before, moved to lie under it."),
    compared: z.array(z.strictObject({ id: z.string(), name: z.string(), activity })),
    levels: z.array(level).describe("Tiers of the rules that watch the key and all of its use."),
    incidents: z.array(incidentSummary),
    drawn: z
      .strictObject({ incidents: z.array(incidentSummary), annotations: z.array(annotationAnswer) })
      .describe("Those of the range, the earliest first."),
    events: z.array(eventAnswer),
  }),
) satisfies z.ZodType<KeyDetailDto>;

export const keyStates = named(
  "KeyStates",
  z.strictObject({
    at: epochMs,
    from: epochMs,
    to: epochMs,
    slot_ms: z.int().min(0).describe("States are told in steps of this length."),
    states: z.array(z.strictObject({ from: epochMs, to: epochMs, state: z.enum(KEY_STATES) })),
  }),
) satisfies z.ZodType<KeyStatesDto>;
