import { z } from "zod";
import { type SmsBudgetDto, smsBudgetSchema } from "@/lib/features/sms-budget/schemas";
import { named, ok, type Paths } from "../operation";

const count = z.int().min(0);

const budgetAnswer = named(
  "SmsBudget",
  z.strictObject({
    per_day: count.nullable().describe("null is no bound."),
    per_month: count.nullable(),
    time_zone: z.string().describe("In which days and months begin."),
    channel: z
      .string()
      .nullable()
      .describe("Gets what the budget has no room for, where an SMS channel has no fallback of its own."),
    used_today: count,
    used_this_month: count,
  }),
) satisfies z.ZodType<SmsBudgetDto>;

export const sendingPaths: Paths = {
  "/api/v1/settings/sms-budget": {
    tag: "Channels",
    operations: {
      get: {
        id: "getSmsBudget",
        summary: "How many SMS may go out, and have",
        access: "viewer",
        answers: ok("The budget.", budgetAnswer),
      },
      put: {
        id: "setSmsBudget",
        summary: "Bound the SMS of a day and a month, counted a number",
        access: "admin",
        body: {
          schema: smsBudgetSchema,
          example: { per_day: 50, per_month: 500, time_zone: "Europe/Berlin" },
        },
        answers: ok("The budget.", budgetAnswer),
      },
    },
  },
};
