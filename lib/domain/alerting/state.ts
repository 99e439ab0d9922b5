import type { Rule, Severity } from "./rule";

export const STATUSES = ["ok", "pending", "firing", "recovering", "no_data", "error"] as const;
export type Status = (typeof STATUSES)[number];

/**
 * What a rule reads of one instance at one instant.
 * `value` is null when the metric has none (a ratio of nothing, a percentile without latencies).
 */
export type Observation = {
  value: number | null;
  /** Requests in the same window, for `min_requests`. */
  requests: number;
  /** Calendar windows: start of the period the value belongs to, epoch ms. */
  periodStart?: number;
  /**
   * When the value changes next though nothing happens (the oldest bucket leaves the window …), epoch ms;
   * null: never. Unknown when absent, then the next bucket's end is assumed.
   */
  changesAt?: number | null;
  /** The value could not be read: why. Wins over `value`. */
  error?: string;
  /** The instance's key, pool … is gone, or its rule is off: why. Wins over everything. */
  vanished?: string;
};

/** All instants are epoch ms. */
export type TierState = {
  /** First true evaluation of the current run of true ones; kept while latched. */
  pendingSince: number | null;
  latchedAt: number | null;
  /** The threshold that latched it, so that an edited quota tier is told from one that is used up. */
  latchedThreshold: number | null;
};

export type TierStates = Partial<Record<Severity, TierState>>;

/** Plain JSON, stored as it is. */
export type InstanceState = {
  status: Status;
  /** When `status` was entered; null before the first change. */
  since: number | null;
  /** Highest latched tier; while pending the highest pending one; null when ok. */
  severity: Severity | null;
  tiers: TierStates;
  keepFiringSince: number | null;
  noDataSince: number | null;
  /** The status an evaluation failure covers; null unless `status` is `error`. */
  underneath: Exclude<Status, "error"> | null;
  /** Cause of the failure; null unless `status` is `error`. */
  error: string | null;
  /** Quota rules: the period the tiers belong to, and the calendar that cut it. */
  period: { start: number; calendar: string } | null;
  /** Latest firing, escalation, downgrade or reminder; null while no alert is open. */
  lastNotifiedAt: number | null;
};

/** What an open incident says: how bad, and whether a threshold or missing data opened it. */
export type Alert = { severity: Severity; cause: "threshold" | "no_data" };

export type TransitionReason =
  | "condition_met"
  | "condition_cleared"
  | "no_data"
  | "evaluation_failed"
  | "evaluation_restored"
  | "new_period"
  | "rule_changed"
  | "vanished";

/** A change of status, or of severity while firing. */
export type Transition = {
  kind: "transition";
  at: number;
  from: Status;
  to: Status;
  /** As in `InstanceState`: null when `to` is ok. */
  severity: Severity | null;
  previousSeverity: Severity | null;
  /** The alert open before and after: what incidents and notifications follow; null means none. */
  alert: { before: Alert | null; after: Alert | null };
  value: number | null;
  /** Threshold of the tier `severity` (or, when ok, `previousSeverity`) names. */
  threshold: number | null;
  reason: TransitionReason;
  /** The cause in words: of a failure, or of a vanished scope. */
  detail: string | null;
};

/** Nothing changed for `repeat_every`. */
export type Reminder = {
  kind: "reminder";
  at: number;
  alert: Alert;
  value: number | null;
  threshold: number | null;
};

export type Effect = Transition | Reminder;

export type StepResult = { state: InstanceState; effects: Effect[] };

/** Every instance starts ok. */
export function initialState(): InstanceState {
  return {
    status: "ok",
    since: null,
    severity: null,
    tiers: {},
    keepFiringSince: null,
    noDataSince: null,
    underneath: null,
    error: null,
    period: null,
    lastNotifiedAt: null,
  };
}

/** The alert that is open in a state; an evaluation failure leaves it as it was. */
export function alertOf(state: Pick<InstanceState, "status" | "severity" | "underneath">): Alert | null {
  const status = state.underneath ?? state.status;
  if (state.severity === null || status === "ok" || status === "pending") return null;
  return { severity: state.severity, cause: status === "no_data" ? "no_data" : "threshold" };
}

/** Threshold of the rule's tier of that severity; null if it has none. */
export function thresholdOf(rule: Rule, severity: Severity | null): number | null {
  return rule.tiers.find((tier) => tier.severity === severity)?.threshold ?? null;
}
