import { z } from "zod";
import type { SmsBudget } from "@/lib/domain/delivery/budget";
import { isTimeZone } from "@/lib/domain/usage/zone";

const COUNT = "expected a whole number from 0 to 1,000,000, or null for no bound";
const count = z.number({ error: COUNT }).int(COUNT).min(0, COUNT).max(1_000_000, COUNT).nullable();

/** How many SMS may go out, counted a number; a budget as a whole is replaced. */
export const smsBudgetSchema = z.strictObject({
  per_day: count.default(null),
  per_month: count.default(null),
  time_zone: z
    .string({ error: "expected an IANA time zone such as Europe/Berlin" })
    .refine(isTimeZone, "expected an IANA time zone such as Europe/Berlin")
    .default("UTC"),
  /** Gets what the budget has no room for, where an SMS channel has no fallback of its own. */
  channel: z
    .string({ error: "expected a channel's id, or null" })
    .max(64, "expected a channel's id")
    .nullable()
    .default(null),
});

export type StoredSmsBudget = SmsBudget & { channel: string | null };

export interface SmsBudgetDto extends StoredSmsBudget {
  used_today: number;
  used_this_month: number;
}
