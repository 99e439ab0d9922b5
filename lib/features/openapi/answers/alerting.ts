import { z } from "zod";
import { ADVICE_CODES } from "@/lib/domain/alerting/advice";
import { EXHAUSTION_OUTCOMES } from "@/lib/domain/alerting/exhaustion";
import { NO_DATA_MODES, OPERATORS, SCOPE_EACH, SEVERITIES } from "@/lib/domain/alerting/rule";
import { STATUSES } from "@/lib/domain/alerting/state";
import { CHANNEL_KINDS } from "@/lib/domain/delivery/kind";
import { WEEKDAYS } from "@/lib/domain/delivery/quiet";
import { ATTEMPT_OUTCOMES, DELIVERY_STATES } from "@/lib/domain/delivery/state";
import { METRIC_NAMES } from "@/lib/domain/usage/metric";
import type { ChannelDto } from "@/lib/features/channels/schemas";
import type { AttemptDto, DeliveryDto, RenderedDto } from "@/lib/features/deliveries/schemas";
import type { BacktestDto, RuleDetailDto, RuleDto, RuleInstanceDto } from "@/lib/features/rules/schemas";
import { instant, named, pageOf } from "../operation";

const text = z.string().nullable();
const count = z.int().min(0);
const severity = z.enum(SEVERITIES).nullable();
const status = z.enum(STATUSES);
const duration = z.string().describe('Such as "30s", "5m" or "24h".');

const scope = z.strictObject({
  each: z.enum(SCOPE_EACH),
  key: z.string().optional(),
  pool: z.string().optional(),
  provider: z.string().optional(),
  source: z.string().optional(),
  consumer: z.string().optional(),
  tag: z.string().optional(),
});

export const ruleDefinition = z.strictObject({
  name: z.string(),
  metric: z.enum(METRIC_NAMES),
  scope,
  window: text.describe("null for limit metrics and seconds_since_last_event."),
  time_zone: z.string(),
  operator: z.enum(OPERATORS),
  tiers: z.array(
    z.strictObject({
      severity: z.enum(SEVERITIES),
      threshold: z.number(),
      recovery: z.number().nullable(),
    }),
  ),
  for: duration,
  keep_firing_for: duration,
  min_requests: count,
  no_data: z.enum(NO_DATA_MODES),
  repeat_every: duration.nullable().describe("null is off."),
  channels: z.array(z.string()),
  escalation: z
    .array(z.strictObject({ after: duration, channels: z.array(z.string()) }))
    .describe("Who else is told while nobody acknowledges."),
  flapping: z
    .strictObject({ transitions: count, window: duration })
    .nullable()
    .describe("More changes than this within the window are told as one; null is off."),
  enabled: z.boolean(),
});

const rule = z.strictObject({
  id: z.string(),
  ...ruleDefinition.shape,
  version: count,
  created_by: z.string(),
  created_at: instant,
  updated_at: instant,
  evaluated_to: instant.describe("Everything up to this instant has been evaluated."),
  states: z.partialRecord(status, count).describe("How many instances are not ok, by state."),
});
const ruleAnswer = named("Rule", rule) satisfies z.ZodType<RuleDto>;
export const rulePage = pageOf("RulePage", ruleAnswer);

const instance = named(
  "RuleInstance",
  z.strictObject({
    scope_key: z.string(),
    key: text,
    group: text,
    name: text,
    hint: text,
    status,
    severity,
    value: z.number().nullable(),
    since: instant.nullable(),
    error: text,
    observed_at: instant.nullable(),
    next_evaluation_at: instant.nullable(),
    incident: text,
  }),
) satisfies z.ZodType<RuleInstanceDto>;

export const ruleDetail = named(
  "RuleDetail",
  z.strictObject({
    ...rule.shape,
    instances: z.array(instance).describe("Those that are not ok, the worst first; 500 at most."),
    warnings: z
      .array(z.strictObject({ code: z.enum(ADVICE_CODES), message: z.string(), rule: text }))
      .describe("That it can never fire, repeats another rule (its id), tells nobody …"),
  }),
) satisfies z.ZodType<RuleDetailDto>;

export const backtestAnswer = named(
  "Backtest",
  z.strictObject({
    transitions: z.array(
      z.strictObject({
        at: instant,
        key: text,
        group: text,
        from: status,
        to: status,
        severity,
        value: z.number().nullable(),
      }),
    ),
    incidents: count,
    notifications: count.describe("Messages to one channel, before digests, silences and limits."),
    messages_per_week: z.number(),
    exhaustions: z
      .array(
        z.strictObject({
          key: z.string(),
          outcome: z.enum(EXHAUSTION_OUTCOMES),
          at: instant,
          warned_at: instant.nullable().describe("null: the rule had not warned."),
          lead_s: count.nullable(),
        }),
      )
      .describe("When keys ran dry or were throttled after an hour without; 1,000 at most."),
  }),
) satisfies z.ZodType<BacktestDto>;

const channel = z.strictObject({
  id: z.string(),
  name: z.string(),
  kind: z.enum(CHANNEL_KINDS),
  config: z.record(z.string(), z.unknown()).describe("Secrets as hints of them, or not at all."),
  secrets: z.array(z.string()).describe("Secret fields that have a value."),
  enabled: z.boolean(),
  configured: z.boolean().describe("false: messages are kept with the state unconfigured."),
  missing: text.describe("The settings that are missing."),
  failing_since: instant.nullable(),
  last_error: text,
  last_sent_at: instant.nullable(),
  quiet_hours: z
    .strictObject({
      time_zone: z.string(),
      spans: z.array(z.strictObject({ days: z.array(z.enum(WEEKDAYS)), from: z.string(), to: z.string() })),
      critical_breaks_through: z.boolean(),
    })
    .nullable()
    .describe("The weekly calendar in which nothing is sent; what is held comes as one digest when it ends."),
  opted_out: z
    .array(z.string())
    .describe("Of an SMS channel: its numbers that get nothing, since they answered STOP."),
  fallback: text.describe("The id of the channel that gets what this one cannot deliver."),
  rules: z.array(z.strictObject({ id: z.string(), name: z.string() })),
  created_at: instant,
  updated_at: instant,
});
export const channelAnswer = named("Channel", channel) satisfies z.ZodType<ChannelDto>;
export const createdChannel = named(
  "CreatedChannel",
  channel.extend({
    generated: z
      .record(z.string(), z.string())
      .optional()
      .describe("Secrets that were made since none was given, once: the secret of a webhook."),
  }),
);
export const channelPage = pageOf("ChannelPage", channelAnswer);

const rendered = z.strictObject({
  from: z.string(),
  to: z.array(z.string()),
  subject: z.string().optional(),
  text: z.string(),
  html: z.string().optional().describe("In the answer of one delivery only."),
}) satisfies z.ZodType<RenderedDto>;

const attempt = z.strictObject({
  number: z.int().min(1),
  started_at: instant,
  finished_at: instant.nullable(),
  outcome: z.enum(ATTEMPT_OUTCOMES).nullable().describe("null while under way."),
  response: text.describe("The provider's words."),
  error: text,
  provider_id: text,
  rendered: rendered.nullable().describe("Of a message that was kept since its channel is not configured."),
}) satisfies z.ZodType<AttemptDto>;

export const deliveryAnswer = named(
  "Delivery",
  z.strictObject({
    id: z.string(),
    incident: text.describe("null: a test of the channel, or a digest."),
    about: text.describe("What the message is about, as people call it; null for a test."),
    channel: z.string(),
    channel_name: z.string(),
    channel_kind: z.string(),
    transition: text.describe("The change of state that it tells."),
    kind: z.string(),
    state: z.enum(DELIVERY_STATES),
    muted_by: text.describe(
      "What kept it from being queued: channel, silence, flapping, inhibition, acknowledgement, untold.",
    ),
    reason: text.describe("Why it is suppressed, dead, given up, kept or repeated."),
    attempts: z.array(attempt),
    maybe_sent: z
      .boolean()
      .describe("An attempt may have reached the provider without its answer reaching Keygauge."),
    reached: z.array(z.strictObject({ to: z.string(), provider_id: text })),
    provider_id: text,
    last_error: text,
    hold: z
      .enum(["followers", "quiet", "limit", "budget"])
      .nullable()
      .describe(
        "What a waiting message is held for: others of its rule, quiet hours, the sending limit, the SMS budget.",
      ),
    held_until: instant.nullable(),
    told_by: text.describe(
      "The delivery that tells this message as well: a digest, an escalation, a recovery, one to another channel.",
    ),
    origin: z
      .strictObject({ delivery: z.string(), why: z.enum(["again", "fallback", "budget", "transient"]) })
      .nullable()
      .describe("The delivery that this one repeats or stands in for, and why."),
    created_at: instant,
    next_attempt_at: instant.nullable(),
    finished_at: instant.nullable(),
  }),
) satisfies z.ZodType<DeliveryDto>;
export const deliveryPage = pageOf("DeliveryPage", deliveryAnswer);
