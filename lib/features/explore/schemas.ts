import { z } from "zod";
import type { ExploredSeries, ExploreKind } from "@/lib/domain/charts/exploration";
import { EXPLORE_FILTERS, type SeriesMetric } from "@/lib/domain/charts/exploration-query";
import type { GroupBy } from "@/lib/domain/usage/query";

/** What an exploration found. Instants in epoch ms. */
export interface ExploredDto {
  /** When it was read. */
  at: number;
  from: number;
  to: number;
  step_ms: number;
  metrics: SeriesMetric[];
  group_by: GroupBy | null;
  as: ExploreKind;
  series: ExploredSeries[];
  /** There are groups that are not among the series, since they cannot be added up. */
  left_out: boolean;
}

export const valuesQuerySchema = z.object({
  of: z.enum(EXPLORE_FILTERS, `must be one of ${EXPLORE_FILTERS.join(", ")}`).default("key"),
  q: z.string().max(500, "must be at most 500 characters").default(""),
});

/** A value to narrow by: what the filter takes, what people call it, and what tells it from its namesakes. */
export interface FilterValue {
  value: string;
  label: string;
  hint: string | null;
}
