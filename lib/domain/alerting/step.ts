import { conclude, type Decision } from "./conclude";
import { type Rule, type Severity, severityRank } from "./rule";
import {
  type InstanceState,
  initialState,
  type Observation,
  type Status,
  type StepResult,
  type TierStates,
  type TransitionReason,
} from "./state";
import { isQuiet, latchesOnly, lostToEdit, stepTiers, type TierStep, topLatched, topPending } from "./tiers";

/**
 * One evaluation of one instance: the one function behind live evaluation, replay and back-test.
 * `now` (epoch ms) is the instant of the evaluation. Gives at most one transition; two where a quota's new period both
 * closes the old one and fires at once. Throws TypeError when a quota rule's observation lacks `periodStart`.
 */
export function step(rule: Rule, state: InstanceState, observation: Observation, now: number): StepResult {
  if (observation.vanished !== undefined) {
    return conclude(rule, state, vanish(observation.vanished), observation, now);
  }
  if (observation.error !== undefined) {
    return conclude(rule, state, fail(state, observation.error), observation, now);
  }
  const opened = openPeriod(rule, state, observation, now);
  if (opened === null) return { state, effects: [] };
  // Most steps: the very same state tells the caller that there is nothing to write.
  if (opened.state.status === "ok" && observation.value !== null && isQuiet(rule, observation)) return opened;
  const concluded = conclude(
    rule,
    opened.state,
    decide(rule, opened.state, observation, now),
    observation,
    now,
  );
  return { state: concluded.state, effects: [...opened.effects, ...concluded.effects] };
}

function decide(rule: Rule, state: InstanceState, observation: Observation, now: number): Decision {
  if (observation.value === null && rule.noData === "keep") return keep(state);
  if (observation.value === null && rule.noData === "alert") return alertNoData(rule, state, now);
  const decision = settle(rule, state, stepTiers(rule, state.tiers, observation, now), now);
  const forLackOfData = observation.value === null && decision.reason === "condition_cleared";
  return forLackOfData ? { ...decision, reason: "no_data" } : decision;
}

/** The latches decide: firing; else recovering while `keep_firing_for` lasts; else pending; else ok. */
function settle(rule: Rule, state: InstanceState, steps: TierStep[], now: number): Decision {
  const next = statesOf(steps, (tier) => tier.next);
  const latched = topLatched(rule, next);
  const lost = lostToEdit(rule, state.tiers, steps);
  const to = (
    status: Unfailed,
    severity: Severity | null,
    tiers: TierStates,
    keepFiringSince: number | null,
  ) => {
    const reason = lost ? "rule_changed" : reasonOf(state, status, severity);
    return {
      state: { ...restored(state, status), severity, tiers, keepFiringSince, noDataSince: null },
      reason,
    };
  };
  if (latched !== null) return to("firing", latched, next, null);

  // What has just recovered stays latched while the instance keeps firing.
  const held = statesOf(steps, (tier) => (tier.stood.latchedAt === null ? tier.next : tier.stood));
  const since = state.keepFiringSince ?? now;
  const heldSeverity = topLatched(rule, held);
  if (heldSeverity !== null && now - since < rule.keepFiringForMs)
    return to("recovering", heldSeverity, held, since);

  const pending = topPending(rule, next);
  return to(pending === null ? "ok" : "pending", pending, next, null);
}

/** `no_data: keep`: neither true nor false, so all stays. */
function keep(state: InstanceState): Decision {
  const status = unfailed(state);
  return { state: { ...restored(state, status), noDataSince: null }, reason: "evaluation_restored" };
}

/**
 * `no_data: alert`: after `for`, an alert of the rule's lowest severity, or of what is latched already if that is
 * higher. Missing data is no recovery, so latches stay; pending tiers are forgotten.
 */
function alertNoData(rule: Rule, state: InstanceState, now: number): Decision {
  const noDataSince = state.noDataSince ?? now;
  const tiers = latchesOnly(state.tiers);
  const latched = topLatched(rule, tiers);
  const severity = latched ?? rule.tiers[0]?.severity ?? null;
  const waiting = latched === null ? "pending" : state.keepFiringSince === null ? "firing" : "recovering";
  const status = now - noDataSince >= rule.forMs ? "no_data" : waiting;
  return { state: { ...restored(state, status), severity, tiers, noDataSince }, reason: "no_data" };
}

/** Covers the state, which the next good evaluation goes on from. */
function fail(state: InstanceState, error: string): Decision {
  return {
    state: { ...state, status: "error", underneath: unfailed(state), error },
    reason: "evaluation_failed",
    detail: error,
  };
}

function vanish(why: string): Decision {
  return { state: initialState(), reason: "vanished", detail: why };
}

/**
 * Quota rules: starts over when the observation belongs to a new period. Null when it belongs to an earlier one (a clock
 * set back): counting that again would fire twice.
 */
function openPeriod(
  rule: Rule,
  state: InstanceState,
  observation: Observation,
  now: number,
): StepResult | null {
  if (!rule.isQuota || rule.window?.kind !== "calendar") {
    return { state: state.period === null ? state : { ...state, period: null }, effects: [] };
  }
  const start = observation.periodStart;
  if (start === undefined) throw new TypeError("an observation of a quota rule needs periodStart");
  const calendar = `${rule.window.period} ${rule.window.zone}`;
  const sameCalendar = state.period?.calendar === calendar;
  if (sameCalendar && state.period?.start === start) return { state, effects: [] };
  if (sameCalendar && state.period !== null && start < state.period.start) return null;
  const fresh = { ...initialState(), period: { start, calendar } };
  return conclude(
    rule,
    state,
    { state: fresh, reason: sameCalendar ? "new_period" : "rule_changed" },
    observation,
    now,
  );
}

type Unfailed = Exclude<Status, "error">;

/** The status, or the one that a failure covers. */
function unfailed(state: InstanceState): Unfailed {
  return state.status === "error" ? (state.underneath ?? "ok") : state.status;
}

function restored(state: InstanceState, status: Unfailed): InstanceState {
  return { ...state, status, underneath: null, error: null };
}

function statesOf(steps: TierStep[], pick: (tier: TierStep) => TierStates[Severity]): TierStates {
  return Object.fromEntries(steps.map((tier) => [tier.severity, pick(tier)]));
}

function reasonOf(state: InstanceState, status: Unfailed, severity: Severity | null): TransitionReason {
  const previous = unfailed(state);
  if (status === previous && severity === state.severity) return "evaluation_restored";
  if (status !== "firing" && status !== "pending") return "condition_cleared";
  const lower = previous === "firing" && severityRank(severity) < severityRank(state.severity);
  return lower ? "condition_cleared" : "condition_met";
}
