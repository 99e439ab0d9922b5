import { DAY, SECOND } from "./duration";
import { AT_RISK_FRACTION } from "./limit";
import type { Outcome } from "./outcome";

/** A key's states, the strongest first: the first that holds is the key's. */
export const KEY_STATES = [
  "blocked",
  "unauthorized",
  "exhausted",
  "throttled",
  "at_risk",
  "idle",
  "ok",
] as const;
export type KeyState = (typeof KEY_STATES)[number];

/** Why a key is in its state. */
export type KeyStateReason =
  | "blocked"
  | "key_refused"
  | "quota_spent"
  | "cooling_down"
  | "limit_nearly_used"
  | "runs_out_before_reset"
  | "no_recent_events"
  | "never_used"
  | "healthy";

/** Why a key is in its state, in words. */
export const STATE_REASON: Record<KeyStateReason, string> = {
  blocked: "Blocked by an operator or a rule",
  key_refused: "The provider refuses the key",
  quota_spent: "Its quota is spent",
  cooling_down: "Cooling down after a rate limit",
  limit_nearly_used: "A limit is 80 % used or more",
  runs_out_before_reset: "Runs out before its limit resets",
  no_recent_events: "No event for 24 hours",
  never_used: "No event yet",
  healthy: "Within its limits",
};

/** What a key's state follows from; instants in epoch ms, null for what never happened or is not known. */
export type KeyFacts = {
  blocked: boolean;
  latestOutcome: Outcome | null;
  latestEventAt: number | null;
  quotaExhaustedAt: number | null;
  /** When the spent quota comes back, if the provider said. */
  quotaResetAt: number | null;
  lastSuccessAt: number | null;
  lastRateLimitedAt: number | null;
  lastRetryAfterS: number | null;
  /** Used fraction of the limit that is nearest to its end; null without limits. */
  tightestUsedFraction: number | null;
  runsOutBeforeReset: boolean;
};

export type KeyStatus = {
  state: KeyState;
  why: KeyStateReason;
  /** When the key can be used again, if that is known and it cannot be now. */
  until: number | null;
  /** When time alone next changes the state, if nothing else happens. */
  changesAt: number | null;
};

export const IDLE_AFTER_MS = DAY;
export const MIN_COOLDOWN_S = 60;

/** The state of a key at `now`. */
export function keyState(facts: KeyFacts, now: number): KeyStatus {
  if (facts.blocked) return { state: "blocked", why: "blocked", until: null, changesAt: null };
  if (facts.latestOutcome === "unauthorized") {
    return { state: "unauthorized", why: "key_refused", until: null, changesAt: null };
  }
  if (isExhausted(facts, now)) {
    return {
      state: "exhausted",
      why: "quota_spent",
      until: facts.quotaResetAt,
      changesAt: facts.quotaResetAt,
    };
  }
  const cooledAt = cooldownEnd(facts);
  if (cooledAt !== null && now < cooledAt) {
    return { state: "throttled", why: "cooling_down", until: cooledAt, changesAt: cooledAt };
  }
  if (facts.tightestUsedFraction !== null && facts.tightestUsedFraction >= AT_RISK_FRACTION) {
    return { state: "at_risk", why: "limit_nearly_used", until: null, changesAt: null };
  }
  if (facts.runsOutBeforeReset) {
    return { state: "at_risk", why: "runs_out_before_reset", until: null, changesAt: null };
  }
  if (facts.latestEventAt === null) return { state: "idle", why: "never_used", until: null, changesAt: null };
  const idleAt = facts.latestEventAt + IDLE_AFTER_MS;
  if (now >= idleAt) return { state: "idle", why: "no_recent_events", until: null, changesAt: null };
  return { state: "ok", why: "healthy", until: null, changesAt: idleAt };
}

/** When the cooling down after the last rate_limited event ends; null without one. */
export function cooldownEnd(facts: Pick<KeyFacts, "lastRateLimitedAt" | "lastRetryAfterS">): number | null {
  if (facts.lastRateLimitedAt === null) return null;
  return facts.lastRateLimitedAt + Math.ceil(Math.max(MIN_COOLDOWN_S, facts.lastRetryAfterS ?? 0) * SECOND);
}

function isExhausted(facts: KeyFacts, now: number): boolean {
  if (facts.quotaExhaustedAt === null) return false;
  const succeededSince = facts.lastSuccessAt !== null && facts.lastSuccessAt > facts.quotaExhaustedAt;
  return !succeededSince && (facts.quotaResetAt === null || now < facts.quotaResetAt);
}
