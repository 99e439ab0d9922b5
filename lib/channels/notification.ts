import type { Operator, Severity } from "@/lib/domain/alerting/rule";
import type { MetricName } from "@/lib/domain/usage/metric";

export const NOTIFICATION_KINDS = [
  "firing",
  "escalated",
  "downgraded",
  "reminder",
  "resolved",
  "no_data",
  "fired_and_recovered",
  "test",
] as const;
export type NotificationKind = (typeof NOTIFICATION_KINDS)[number];

/** What the rule looked at. `name` is what people call it; `hint` the masked key. */
export type Subject =
  | { kind: "key"; name: string | null; hint: string; provider: string | null }
  | { kind: "pool" | "provider" | "consumer"; name: string }
  | { kind: "all" };

/**
 * Everything a message says, before any channel puts it into its own form. It is stored with its delivery as JSON, so
 * all of it is plain data. Instants are epoch ms; values are in the metric's own unit (fractions, seconds, ms, USD).
 */
export interface Notification {
  kind: NotificationKind;
  rule: { id: string; name: string; description?: string | undefined };
  /** null: a test of a channel. */
  incident: { id: string; startedAt: number; resolvedAt?: number | undefined } | null;
  subject: Subject;
  /** null: no alert is open and none was (a test). */
  severity: Severity | null;
  metric: MetricName;
  /** null: there is none (no data, a scope that vanished). */
  value: number | null;
  operator: Operator;
  threshold: number | null;
  /** As the rule has it: `5m`, `calendar_day`; null for metrics without one. */
  window: string | null;
  /** When it happened, not when it is sent. */
  at: number;
  /** IANA zone in which instants are written. */
  zone: string;
  /** Why, where the kind alone does not say it: "The key was deleted." */
  detail?: string | undefined;
  /** The metric around `at`, ascending, for the small chart; null where there is no value. */
  series?: { at: number; value: number | null }[] | undefined;
  /** More lines of name and value, already in words: limit, forecast, time of the next reset. */
  facts?: { label: string; text: string }[] | undefined;
  links: {
    incident?: string | undefined;
    acknowledge?: string | undefined;
    key?: string | undefined;
    /** Takes the recipient off this channel by one POST (RFC 8058). */
    unsubscribe?: string | undefined;
  };
}
