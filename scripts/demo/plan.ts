import type { z } from "zod";
import type { ruleInputSchema } from "@/lib/domain/alerting/rule";
import { HOUR } from "@/lib/domain/usage/duration";

/** Whatever the viewer's zone, it holds the whole of yesterday, which today is compared with. */
export const HISTORY_MS = 48 * HOUR;

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
