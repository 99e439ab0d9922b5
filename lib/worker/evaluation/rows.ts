import type { Notification } from "@/lib/channels/notification";
import type { Attention } from "@/lib/domain/alerting/attention";
import type { IncidentState } from "@/lib/domain/alerting/incident";
import type { Severity } from "@/lib/domain/alerting/rule";
import type { Mute } from "@/lib/domain/alerting/told";

/** Rows as the database takes them; instants in epoch ms. */
export interface IncidentRow {
  id: string;
  rule_id: string;
  rule_name: string;
  rule: unknown;
  scope_key: string;
  key_id: number | null;
  members: number[];
  state: IncidentState;
  severity: Severity;
  value: number | null;
  threshold: number | null;
  started_at: number;
  resolved_at: number | null;
  acknowledged_at: number | null;
  acknowledged_by: string | null;
  snoozed_until: number | null;
  attention: Attention;
  attention_at: number | null;
}

/** The columns of an IncidentRow, for a SELECT. */
export const INCIDENT_COLUMNS = `id, rule_id, rule_name, rule, scope_key, key_id, members::float8[] AS members, state, severity,
  value, threshold, started_at, resolved_at, acknowledged_at, acknowledged_by, snoozed_until, attention, attention_at`;

export interface TransitionRow {
  id: string;
  rule_id: string;
  scope_key: string;
  incident_id: string | null;
  at: number;
  from_status: string;
  to_status: string;
  severity: string | null;
  previous_severity: string | null;
  value: number | null;
  threshold: number | null;
  reason: string;
  quiet: string | null;
}

export interface EventRow {
  id: string;
  incident_id: string;
  at: number;
  kind: string;
  data: Record<string, unknown>;
}

export interface DeliveryRow {
  id: string;
  channel_id: string;
  incident_id: string;
  transition_id: string | null;
  kind: string;
  state: "queued" | "suppressed";
  reason: string | null;
  muted_by: Mute | null;
  notification: Notification;
}

export interface ChannelRow {
  id: string;
  name: string;
  kind: string;
  enabled: boolean;
  deleted: boolean;
}
