import { z } from "zod";
import { SEVERITIES } from "@/lib/domain/alerting/rule";
import { SILENCE_STATES, type SilenceDto, type SilencePreviewDto } from "@/lib/features/silences/schemas";
import { instant, named, pageOf } from "../operation";

const text = z.string().nullable();
const count = z.int().min(0);

const matcher = z.strictObject({
  key: z.string().optional(),
  keys: z.array(z.string()).optional(),
  provider: z.string().optional(),
  pool: z.string().optional(),
  rule: z.string().optional(),
  severity: z.enum(SEVERITIES).optional(),
});

export const silenceAnswer = named(
  "Silence",
  z.strictObject({
    id: z.string(),
    matcher: matcher.describe("What is not named matches everything."),
    state: z.enum(SILENCE_STATES),
    starts_at: instant,
    ends_at: instant,
    comment: z.string(),
    created_by: z.string(),
    created_at: instant,
    ended_at: instant.nullable().describe("When somebody ended it before its time."),
  }),
) satisfies z.ZodType<SilenceDto>;
export const silencePage = pageOf("SilencePage", silenceAnswer);

export const silencePreview = named(
  "SilencePreview",
  z.strictObject({
    incidents: z
      .array(
        z.strictObject({
          id: z.string(),
          rule_name: z.string(),
          subject: text,
          severity: z.enum(SEVERITIES),
        }),
      )
      .describe("The first 20 of the open incidents that it keeps quiet."),
    incident_count: count,
    keys: z
      .array(z.strictObject({ id: z.string(), name: text, hint: z.string(), provider: text }))
      .describe("The first 20 of the keys that it covers."),
    key_count: count,
    rule_count: count,
  }),
) satisfies z.ZodType<SilencePreviewDto>;
