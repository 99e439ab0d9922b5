import { z } from "zod";
import { ADVICE_CODES } from "@/lib/domain/alerting/advice";
import { EXHAUSTION_OUTCOMES } from "@/lib/domain/alerting/exhaustion";
import { SEVERITIES } from "@/lib/domain/alerting/rule";
import type { DeliveryDto } from "@/lib/features/deliveries/schemas";
import type { RulePreviewDto } from "@/lib/features/rules/schemas";
import { epochMs, named } from "../operation";
import { deliveryAnswer } from "./alerting";

const count = z.int().min(0);
const value = z.number().nullable();
const severity = z.enum(SEVERITIES);
const watched = { scope_key: z.string(), key: z.string().nullable(), name: z.string() };

export const previewAnswer = named(
  "RulePreview",
  z.strictObject({
    warnings: z.array(
      z.strictObject({ code: z.enum(ADVICE_CODES), message: z.string(), rule: z.string().nullable() }),
    ),
    now: z.strictObject({
      watched: count,
      over: z.strictObject({ warning: count, critical: count }),
      closest: z.array(z.strictObject({ ...watched, value, severity: severity.nullable() })),
    }),
    past: z.strictObject({
      from: epochMs,
      to: epochMs,
      incidents: count,
      messages: count,
      messages_per_week: z.number(),
      fired: z.array(z.strictObject({ ...watched, incidents: count, first_at: epochMs })),
      fired_count: count,
      exhaustions: z.array(
        z.strictObject({
          key: z.string(),
          name: z.string(),
          outcome: z.enum(EXHAUSTION_OUTCOMES),
          at: epochMs,
          lead_s: count.nullable(),
        }),
      ),
    }),
    chart: z.strictObject({
      from: epochMs,
      to: epochMs,
      step_ms: count,
      series: z.array(z.strictObject({ ...watched, points: z.array(z.tuple([epochMs, value])) })),
      marks: z.array(z.strictObject({ at: epochMs, severity })),
    }),
  }),
) satisfies z.ZodType<RulePreviewDto>;

export const ruleTestAnswer = named(
  "RuleTest",
  z.strictObject({ deliveries: z.array(deliveryAnswer) }),
) satisfies z.ZodType<{ deliveries: DeliveryDto[] }>;
