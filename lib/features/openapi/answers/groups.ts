import { z } from "zod";
import { LIMIT_METRICS } from "@/lib/domain/usage/limit";
import { KEY_STATES } from "@/lib/domain/usage/state";
import type { GroupDetailDto } from "@/lib/features/keys/group-detail";
import { epochMs, fraction, named } from "../operation";
import { activity, incidentSummary, keyAnswer } from "./usage";

const count = z.int().min(0);
const text = z.string().nullable();

export const groupActivity = named(
  "GroupActivity",
  z.strictObject({
    at: epochMs,
    kind: z.enum(["pool", "provider"]),
    id: z.string().describe("What filters take: a pool's id, a provider's name."),
    name: z.string(),
    provider: text,
    states: z.record(z.enum(KEY_STATES), count),
    total: count.describe("Keys that are not retired."),
    members: z
      .array(
        z.strictObject({
          ...keyAnswer.shape,
          requests: count.describe("Of the last hour, as are errors and latency."),
          share: fraction.describe("Its part of the group's requests."),
          error_rate: fraction.nullable(),
          latency_p95: z.number().nullable(),
          cost_today_micros: count.describe("Of the day in `tz`."),
        }),
      )
      .describe("The 50 keys with the most requests."),
    limits: z
      .array(
        z.strictObject({
          metric: z.enum(LIMIT_METRICS),
          window: text,
          keys: count,
          spent: count.describe("Keys that have used all of theirs."),
          amount: z.number(),
          used: z.number().describe("What a key used past its limit is not counted."),
        }),
      )
      .describe("The keys' limits, added up by metric and window."),
    activity,
    incidents: z.array(incidentSummary),
  }),
) satisfies z.ZodType<GroupDetailDto>;
