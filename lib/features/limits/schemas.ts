import { z } from "zod";
import { LIMIT_METRICS } from "@/lib/domain/usage/limit";
import { formatWindow, parseWindow } from "@/lib/domain/usage/window";
import { isTimeZone } from "@/lib/domain/usage/zone";

const metric = z.enum(LIMIT_METRICS, { error: `expected one of ${LIMIT_METRICS.join(", ")}` });
const amount = z
  .number({ error: "expected a number greater than 0" })
  .positive("expected a number greater than 0")
  .max(1e15, "expected at most 1e15");
const window = z
  .string({ error: "expected 10s to 31d, or calendar_hour, calendar_day, calendar_month" })
  .trim()
  // One text for one window, so that 60s and 1m are the same limit.
  .transform((text, context) => {
    try {
      return formatWindow(parseWindow(text, "UTC"));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      context.addIssue({ code: "custom", message: error.message });
      return z.NEVER;
    }
  });
const timeZone = z
  .string({ error: "expected an IANA time zone, such as Europe/Berlin" })
  .refine(isTimeZone, "expected an IANA time zone, such as Europe/Berlin");

export const createLimitSchema = z.object({ metric, amount, window, time_zone: timeZone.default("UTC") });

export const updateLimitSchema = z
  .object({ metric, amount, window, time_zone: timeZone })
  .partial()
  .refine((changes) => Object.keys(changes).length > 0, {
    message: "expected at least one of metric, amount, window, time_zone",
  });
