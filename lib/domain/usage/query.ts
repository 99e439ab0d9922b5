import { z } from "zod";
import { METRIC_NAMES, metric } from "./metric";
import { OUTCOMES } from "./outcome";
import { STEPS } from "./steps";
import { parseRequestTime } from "./time";

export const GROUP_BY = [
  "key",
  "provider",
  "pool",
  "source",
  "consumer",
  "model",
  "route",
  "status",
  "outcome",
  "client_ip",
] as const;

/** What a group is called that stands for the values past the bound on distinct ones. */
export const OTHER_NAME = "(other)";
export type GroupBy = (typeof GROUP_BY)[number];

/** What /usage can draw: everything that has a value per bucket. */
export const SERIES_METRICS = METRIC_NAMES.filter(
  (name) => metric(name).kind !== "limit" && metric(name).kind !== "age",
);

/** An instant in a request, as epoch ms. */
export const requestTime = z.string().transform((text, context) => {
  const time = parseRequestTime(text);
  if (time.ok) return time.at;
  context.addIssue({ code: "custom", message: time.message });
  return z.NEVER;
});

const keyId = z.string().regex(/^[1-9]\d{0,15}$/, "must be a key's id");
const name = z.string().min(1, "must not be empty").max(512, "must be at most 512 characters");
const oneOf = (values: readonly string[]) => `must be one of ${values.join(", ")}`;

/** Whose use: the filters that /usage and /events share. */
export const usageScopeSchema = z.object({
  key: z.array(keyId).max(500, "must be at most 500 keys").default([]),
  provider: name.toLowerCase().optional(),
  pool: name.optional(),
  source: name.optional(),
  consumer: name.optional(),
});
export type UsageScope = z.output<typeof usageScopeSchema>;

const STATUS = "must be 0 or an HTTP status";

/** Which calls of that use: single calls by what the tiers do not keep. */
export const callFilterSchema = usageScopeSchema.extend({
  model: name.optional(),
  route: name.optional(),
  status: z.coerce.number(STATUS).int(STATUS).min(0, STATUS).max(599, STATUS).optional(),
  outcome: z.enum(OUTCOMES, oneOf(OUTCOMES)).optional(),
  client_ip: z.union([z.ipv4(), z.ipv6()], "must be an IPv4 or IPv6 address").optional(),
});
export type CallFilter = z.output<typeof callFilterSchema>;

export const usageQuerySchema = callFilterSchema.extend({
  metric: z
    .array(z.enum(SERIES_METRICS, oneOf(SERIES_METRICS)))
    .max(20, "must be at most 20 metrics")
    .default([])
    .transform((metrics): typeof metrics => (metrics.length === 0 ? ["requests"] : [...new Set(metrics)])),
  from: requestTime.optional(),
  to: requestTime.optional(),
  step: z.enum(STEPS, oneOf(STEPS)).optional(),
  group_by: z.enum(GROUP_BY, oneOf(GROUP_BY)).optional(),
  /** With `group_by=key`: only the keys with the most requests. */
  top: z.coerce
    .number("must be a whole number from 1 to 500")
    .int("must be a whole number from 1 to 500")
    .min(1, "must be a whole number from 1 to 500")
    .max(500, "must be a whole number from 1 to 500")
    .optional(),
});
export type UsageQuery = z.output<typeof usageQuerySchema>;

/** A query string as the schemas take it: the names in `repeated` as lists, the last of any other. */
export function searchInput(params: URLSearchParams, repeated: readonly string[]): Record<string, unknown> {
  const input: Record<string, unknown> = Object.fromEntries(params);
  for (const key of repeated) if (params.has(key)) input[key] = params.getAll(key);
  return input;
}
