import { callFilterSchema, requestTime } from "@/lib/domain/usage/query";
import type { Point } from "@/lib/domain/usage/steps";

export interface UsageSeries {
  metric: string;
  group: string | null;
  points: Point[];
}

export const eventsQuerySchema = callFilterSchema.extend({
  from: requestTime.optional(),
  to: requestTime.optional(),
});
