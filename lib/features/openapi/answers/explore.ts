import { z } from "zod";
import { EXPLORE_KINDS } from "@/lib/domain/charts/exploration";
import { GROUP_BY, SERIES_METRICS } from "@/lib/domain/usage/query";
import type { ExploredDto, FilterValue } from "@/lib/features/explore/schemas";
import { epochMs, named, pageOf } from "../operation";

const text = z.string().nullable();
const number = z.number().nullable();

export const exploredAnswer = named(
  "Explored",
  z.strictObject({
    at: epochMs,
    from: epochMs,
    to: epochMs,
    step_ms: z.int(),
    metrics: z.array(z.enum(SERIES_METRICS)),
    group_by: z.enum(GROUP_BY).nullable(),
    as: z.enum(EXPLORE_KINDS),
    series: z.array(
      z.strictObject({
        metric: z.enum(SERIES_METRICS),
        group: text,
        label: z.string(),
        others: z.boolean().describe("It stands for all groups that are not told apart."),
        points: z.array(z.tuple([epochMs, number])),
        total: number.describe("Over the range; null of percentiles and addresses."),
      }),
    ),
    left_out: z.boolean().describe("There are more groups, which cannot be added up."),
  }),
) satisfies z.ZodType<ExploredDto>;

export const filterValuePage = pageOf(
  "FilterValuePage",
  named(
    "FilterValue",
    z.strictObject({ value: z.string(), label: z.string(), hint: text }),
  ) satisfies z.ZodType<FilterValue>,
);
