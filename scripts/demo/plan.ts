import type { z } from "zod";
import type { ruleInputSchema } from "@/lib/domain/alerting/rule";
import type { SimKey } from "@/lib/domain/simulation/population";
import type { LimitName, Provider } from "@/lib/domain/simulation/providers";
import type { TrafficPlan } from "@/lib/domain/simulation/scenario";
import type { TrafficOptions } from "@/lib/domain/simulation/traffic";
import { DAY, HOUR, MINUTE, SECOND } from "@/lib/domain/usage/duration";
import type { LimitMetric } from "@/lib/domain/usage/limit";

export const HISTORY_MS = 24 * HOUR;

/** A gateway of the demo and the traffic it reports. */
export type DemoSource = {
  name: string;
  seed: string;
  keys: number;
  rate: number;
  providers: readonly Provider[];
  /** What happens from `liveFrom` on, epoch ms; the first of it within half a minute. */
  live(liveFrom: number): TrafficPlan;
  /** What happened in the day before. */
  history(liveFrom: number): TrafficPlan;
};

export const DEMO_SOURCES: readonly DemoSource[] = [
  {
    name: "litellm",
    seed: "demo-litellm",
    keys: 8,
    rate: 3,
    providers: ["openai", "anthropic", "gemini", "mistral"],
    live: (liveFrom) => ({
      rhythm: true,
      episodes: [
        {
          kind: "overload",
          provider: "anthropic",
          originMs: liveFrom,
          periodMs: 30 * MINUTE,
          from: 0.1,
          to: 0.3,
        },
        {
          kind: "outage",
          provider: "mistral",
          originMs: liveFrom,
          periodMs: 45 * MINUTE,
          from: 0.3,
          to: 0.36,
        },
      ],
      exhaustion: { provider: "gemini", fromMs: liveFrom, requests: 30 },
    }),
    history: (liveFrom) => ({
      rhythm: true,
      episodes: [
        {
          kind: "outage",
          provider: "openai",
          originMs: liveFrom - 6 * HOUR,
          periodMs: 10 * DAY,
          from: 0,
          to: (12 * MINUTE) / (10 * DAY),
        },
      ],
    }),
  },
  {
    name: "kong",
    seed: "demo-kong",
    keys: 5,
    rate: 1.5,
    providers: ["issued", "issued", "openai"],
    live: (liveFrom) => ({
      rhythm: true,
      episodes: [
        { kind: "attack", originMs: liveFrom + 10 * SECOND, periodMs: 20 * MINUTE, from: 0, to: 0.15 },
      ],
    }),
    history: (liveFrom) => ({
      rhythm: true,
      episodes: [
        {
          kind: "attack",
          originMs: liveFrom - 15 * HOUR,
          periodMs: 10 * DAY,
          from: 0,
          to: (20 * MINUTE) / (10 * DAY),
        },
      ],
    }),
  },
];

/** The generator's options for a source's traffic; both parts simulate the same keys. */
export function trafficOf(
  source: DemoSource,
  part: "live" | "history",
  start: number,
  liveFrom: number,
): TrafficOptions {
  const { seed, keys, rate, providers } = source;
  return { seed, keys, rate, providers, start, scenario: source[part](liveFrom) };
}

export type LimitInput = { metric: LimitMetric; amount: number; window: string; time_zone: string };

const LIMIT_METRIC: Readonly<Record<LimitName, LimitMetric>> = {
  requests: "requests",
  tokens: "total_tokens",
  input_tokens: "input_tokens",
  output_tokens: "output_tokens",
};

/**
 * The limits an operator would declare for a key: those that its provider does not advertise in headers, and those a
 * project was given by hand.
 */
export function declaredLimits(key: SimKey): LimitInput[] {
  if (key.provider !== "gemini" && key.provider !== "issued" && key.tier !== "project limit") return [];
  return key.limits.map((limit) => ({
    metric: LIMIT_METRIC[limit.name],
    amount: limit.amount,
    window: limit.window === "day" ? "calendar_day" : "1m",
    time_zone: limit.timeZone ?? "UTC",
  }));
}

/** Without a mail server and Twilio their messages are kept, and can be read in the console. */
export const DEMO_CHANNELS = {
  email: { name: "Platform team", kind: "email", config: { to: ["platform@example.com"] } },
  sms: { name: "On-call phone", kind: "sms", config: { to: ["+15550100199"] } },
} as const satisfies Record<string, { name: string; kind: string; config: unknown }>;

export type RuleInput = z.input<typeof ruleInputSchema>;

/** The rules of the demo; `email` and `sms` are the channels' ids. */
export function demoRules({ email, sms }: { email: string; sms: string }): RuleInput[] {
  return [
    {
      name: "Limit nearly used",
      metric: "limit_used",
      scope: { each: "key" },
      operator: ">=",
      tiers: [
        { severity: "warning", threshold: 0.8, recovery: 0.7 },
        // Minute limits swing: both tiers recover together, so that nobody is told of every swing.
        { severity: "critical", threshold: 0.95, recovery: 0.7 },
      ],
      keep_firing_for: "5m",
      channels: [email, sms],
    },
    {
      name: "Key runs out soon",
      metric: "seconds_to_exhaustion",
      scope: { each: "key" },
      operator: "<=",
      tiers: [
        { severity: "warning", threshold: 3600, recovery: 5400 },
        { severity: "critical", threshold: 600, recovery: 1200 },
      ],
      for: "30s",
      channels: [email],
    },
    {
      name: "Throttled requests",
      metric: "throttle_rate",
      scope: { each: "key" },
      window: "5m",
      operator: ">=",
      tiers: [
        { severity: "warning", threshold: 0.1, recovery: 0.05 },
        { severity: "critical", threshold: 0.4, recovery: 0.2 },
      ],
      min_requests: 20,
      channels: [email],
    },
    {
      name: "Provider failing",
      metric: "error_rate",
      scope: { each: "provider" },
      window: "5m",
      operator: ">=",
      tiers: [
        { severity: "warning", threshold: 0.25, recovery: 0.15 },
        { severity: "critical", threshold: 0.5, recovery: 0.3 },
      ],
      min_requests: 20,
      channels: [email, sms],
    },
    {
      name: "Slow answers",
      metric: "latency_p95",
      scope: { each: "provider" },
      window: "5m",
      operator: ">",
      tiers: [{ severity: "warning", threshold: 20_000, recovery: 15_000 }],
      min_requests: 20,
      for: "30s",
      channels: [email],
    },
    {
      name: "Possible abuse of an issued key",
      metric: "errors",
      scope: { each: "key", provider: "issued" },
      window: "1m",
      operator: ">=",
      tiers: [
        { severity: "warning", threshold: 10, recovery: 4 },
        { severity: "critical", threshold: 30, recovery: 10 },
      ],
      channels: [email, sms],
    },
    {
      name: "Daily spend",
      metric: "cost_usd",
      scope: { each: "all" },
      window: "calendar_day",
      time_zone: "UTC",
      operator: ">=",
      tiers: [
        { severity: "warning", threshold: 400 },
        { severity: "critical", threshold: 800 },
      ],
      channels: [email],
    },
    {
      name: "Issued key gone quiet",
      metric: "seconds_since_last_event",
      scope: { each: "key", provider: "issued" },
      operator: ">=",
      tiers: [{ severity: "warning", threshold: 1800 }],
      no_data: "keep",
      channels: [email],
    },
  ];
}
