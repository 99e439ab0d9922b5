import type { Severity } from "@/lib/domain/alerting/rule";

/** Totals of a span; money in micro-USD. */
export interface SpanTotals {
  requests: number;
  errors: number;
  input_tokens: number;
  output_tokens: number;
  cost_micros: number;
}

/** The day so far in the viewer's zone; yesterday, and the same day of last week, up to the same time. */
export interface TodayDto {
  /** When it was read, epoch ms. */
  at: number;
  /** When the day began in the viewer's zone, epoch ms. */
  began: number;
  today: SpanTotals;
  yesterday: SpanTotals;
  last_week: SpanTotals;
  /** The last 24 hours, hour by hour, the current one last. */
  hours: SpanTotals[];
}

/** An incident as lists on other pages show it. */
export interface IncidentSummary {
  id: string;
  rule_name: string;
  state: "firing" | "acknowledged" | "resolved";
  severity: Severity;
  metric: string;
  /** What it is about: a key's name or hint, a pool, provider or consumer; null for all. */
  subject: string | null;
  provider: string | null;
  key: string | null;
  value: number | null;
  threshold: number | null;
  started_at: string;
  resolved_at: string | null;
}

/** A channel that is in use, and takes no messages. */
export interface FailingChannel {
  id: string;
  name: string;
  failing_since: string;
  last_error: string | null;
}

/** A source and when it sent last. */
export interface SourcePulse {
  id: string;
  name: string;
  last_event_at: string | null;
}
