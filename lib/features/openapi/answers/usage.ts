import { z } from "zod";
import type { Activity } from "@/lib/domain/live/buckets";
import { LIMIT_METRICS, LIMIT_ORIGINS } from "@/lib/domain/usage/limit";
import { OUTCOMES } from "@/lib/domain/usage/outcome";
import { SERIES_METRICS } from "@/lib/domain/usage/query";
import { KEY_STATES } from "@/lib/domain/usage/state";
import type { HeadroomDto, KeyDto, KeyRowDto, LatelyDto, LimitDto } from "@/lib/features/keys/schemas";
import type { OverviewDto } from "@/lib/features/overview/queries";
import type { IncidentSummary, SpanTotals, TodayDto } from "@/lib/features/overview/schemas";
import type { EventDto } from "@/lib/features/usage/events";
import type { UsageSeries } from "@/lib/features/usage/schemas";
import { epochMs, fraction, instant, named, pageOf } from "../operation";

const count = z.int().min(0);
const text = z.string().nullable();

const fields = {
  id: z.string(),
  origin: z.enum(LIMIT_ORIGINS).describe("Who says so: an operator, or the provider's headers."),
  metric: z.enum(LIMIT_METRICS),
  amount: z.number(),
  window: text.describe("10s to 31d or a calendar window; null where the provider did not say."),
  time_zone: z.string(),
  used: z.number(),
  used_fraction: fraction.describe("Not capped: 1.2 when a fifth more than the limit was used."),
  remaining: z.number().min(0),
  resets_at: instant.nullable(),
  seconds_to_exhaustion: z
    .number()
    .nullable()
    .describe("At the current rate; null when it never will be, or when traffic is too sparse to tell."),
  projected_fraction: fraction
    .nullable()
    .describe("The fraction used at the reset if the rate holds; null when traffic is too sparse to tell."),
  runs_out_before_reset: z.boolean(),
  observed_at: instant.nullable().describe("Of an advertised limit: when the provider said it last."),
  created_at: instant,
  updated_at: instant,
};
export const limitAnswer = named("Limit", z.strictObject(fields)) satisfies z.ZodType<LimitDto>;
export const limitPage = pageOf("LimitPage", limitAnswer);

const headroom = named(
  "Headroom",
  z.strictObject({
    limit: z.string().describe("The id of the limit that is nearest to its end."),
    metric: z.enum(LIMIT_METRICS),
    remaining: z.number().min(0),
    remaining_fraction: z.number().min(0).max(1),
  }),
) satisfies z.ZodType<HeadroomDto>;

const REASONS = [
  "blocked",
  "key_refused",
  "quota_spent",
  "cooling_down",
  "limit_nearly_used",
  "runs_out_before_reset",
  "no_recent_events",
  "never_used",
  "healthy",
] as const;

const key = z.strictObject({
  id: z.string().describe("A decimal number as a string."),
  provider: text,
  name: text,
  hint: z.string().describe("The masked key: its last characters at most."),
  pool: text,
  pool_id: text,
  state: z.enum(KEY_STATES),
  why: z.enum(REASONS),
  until: instant
    .nullable()
    .describe("When the key can be used again, if it cannot be now and that is known."),
  blocked_at: instant.nullable(),
  retired_at: instant.nullable(),
  tags: z.record(z.string(), z.string()).describe("What operators sort keys by."),
  limits: z.array(limitAnswer),
  headroom: headroom.nullable(),
  last_event_at: instant.nullable(),
  created_at: instant,
  updated_at: instant,
});
export const keyAnswer = named("Key", key) satisfies z.ZodType<KeyDto>;
const lately = named(
  "KeyLately",
  z.strictObject({
    requests: z.array(count).describe("By minute of the last hour, the current one last; empty without any."),
    error_rate: fraction.nullable().describe("Of the last hour."),
    latency_p95: z.number().nullable().describe("Of the last hour, ms."),
    cost_today_micros: count.describe("Of the day in `tz`."),
  }),
) satisfies z.ZodType<LatelyDto>;
const keyRow = z.strictObject({
  ...key.shape,
  lately: lately.exactOptional().describe("With `include=lately`."),
}) satisfies z.ZodType<KeyRowDto>;
export const keyPage = named(
  "KeyPage",
  z.strictObject({
    data: z.array(keyRow),
    next_cursor: text,
    total: count.describe("Of all keys that match."),
    offset: count.describe("How many of them come before this page."),
    states: z.record(z.enum(KEY_STATES), count).describe("Keys by state, whatever the filter on state is."),
    at: epochMs,
  }),
);

export const keysChanged = named("KeysChanged", z.strictObject({ changed: z.int().min(1) }));
export const csvFile = named("CsvFile", z.string().describe("RFC 4180, with CRLF."));

const series = z.strictObject({
  metric: z.enum(SERIES_METRICS),
  group: text,
  points: z.array(z.tuple([epochMs, z.number().nullable()])),
}) satisfies z.ZodType<UsageSeries>;
export const usageAnswer = named("Usage", z.strictObject({ series: z.array(series) }));

const event = z.strictObject({
  id: z.string(),
  time: instant,
  key: z.strictObject({ id: z.string(), hint: z.string(), name: text }),
  source: z.strictObject({ id: z.string(), name: text }),
  key_name: text,
  provider: text,
  pool: text,
  consumer: text,
  model: text,
  operation: text,
  method: text,
  route: text,
  region: text,
  user_agent: text,
  error_type: text,
  status: z.int().nullable(),
  outcome: z.enum(OUTCOMES),
  reason: text.describe("What in the provider's answer decided the outcome."),
  latency_ms: z.number().nullable(),
  ttft_ms: z.number().nullable(),
  retry_after_s: z.number().nullable(),
  cost_usd: z.number().nullable(),
  input_tokens: count.nullable(),
  output_tokens: count.nullable(),
  cached_tokens: count.nullable(),
  request_bytes: count.nullable(),
  response_bytes: count.nullable(),
  attempt: count.nullable(),
  stream: z.boolean().nullable(),
  cache_hit: z.boolean().nullable(),
  client_ip: text,
  tags: z.record(z.string(), z.string()).nullable(),
  ratelimit: z
    .array(
      z.strictObject({
        name: z.string(),
        limit: z.number().optional(),
        remaining: z.number().optional(),
        reset_s: z.number().optional(),
      }),
    )
    .nullable(),
});
export const eventAnswer = named("StoredEvent", event) satisfies z.ZodType<EventDto>;
export const eventPage = pageOf("StoredEventPage", eventAnswer);

export const activity = named(
  "Activity",
  z.strictObject({
    at: epochMs,
    from: epochMs,
    to: epochMs,
    step_ms: count,
    buckets: z.array(
      z.strictObject({
        at: epochMs,
        outcomes: z.array(count).describe(`Requests by outcome: ${OUTCOMES.join(", ")}.`),
        input_tokens: count,
        cached_tokens: count,
        output_tokens: count,
        cost_micros: count,
        p50: z.number().nullable(),
        p95: z.number().nullable(),
        p99: z.number().nullable(),
      }),
    ),
  }),
) satisfies z.ZodType<Activity>;

export const incidentSummary = named(
  "IncidentSummary",
  z.strictObject({
    id: z.string(),
    rule_name: z.string(),
    state: z.enum(["firing", "acknowledged", "resolved"]),
    severity: z.enum(["warning", "critical"]),
    metric: z.string(),
    subject: text,
    provider: text,
    key: text,
    value: z.number().nullable(),
    threshold: z.number().nullable(),
    started_at: instant,
    resolved_at: instant.nullable(),
  }),
) satisfies z.ZodType<IncidentSummary>;

const span = named(
  "SpanTotals",
  z.strictObject({
    requests: count,
    errors: count,
    input_tokens: count,
    output_tokens: count,
    cost_micros: count,
  }),
) satisfies z.ZodType<SpanTotals>;

const today = z.strictObject({
  at: epochMs,
  began: epochMs,
  today: span,
  yesterday: span,
  last_week: span,
  hours: z.array(span),
}) satisfies z.ZodType<TodayDto>;

export const overviewAnswer = named(
  "Overview",
  z.strictObject({
    at: epochMs,
    keys: z.record(z.enum(KEY_STATES), count),
    has_sources: z.boolean(),
    sources: z
      .array(z.strictObject({ id: z.string(), name: z.string(), last_event_at: instant.nullable() }))
      .describe("That sent something once, the longest silent first; 50 at most."),
    failing_channels: z
      .array(
        z.strictObject({
          id: z.string(),
          name: z.string(),
          failing_since: instant,
          last_error: z.string().nullable(),
        }),
      )
      .describe("In use, and taking no messages; the longest first, 50 at most."),
    today,
    activity,
    least_headroom: z.array(z.strictObject({ ...key.shape, lately })),
    in_trouble: z.array(key).describe("That calls fail with, the worst first; 3 at most."),
    incidents: z.strictObject({ open: count, data: z.array(incidentSummary) }),
  }),
) satisfies z.ZodType<OverviewDto>;
