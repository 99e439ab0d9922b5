import { hasRecovered, holds } from "./comparison";
import type { Rule, Severity, Tier } from "./rule";
import type { Observation, TierState, TierStates } from "./state";

/** One tier's step: as it stood under today's `for`, and what the observation makes of it. */
export type TierStep = { severity: Severity; stood: TierState; next: TierState };

type Reading = Pick<Observation, "value" | "requests">;

const IDLE: TierState = { pendingSince: null, latchedAt: null, latchedThreshold: null };

/** Steps every tier of the rule, in ascending severity; tiers the rule no longer has are left out. */
export function stepTiers(rule: Rule, tiers: TierStates, observation: Observation, now: number): TierStep[] {
  return rule.tiers.map((tier) => {
    const stood = underFor(rule, tiers[tier.severity] ?? IDLE, now);
    return { severity: tier.severity, stood, next: stepTier(rule, tier, stood, observation, now) };
  });
}

function stepTier(
  rule: Rule,
  tier: Tier,
  stood: TierState,
  observation: Observation,
  now: number,
): TierState {
  const met = isMet(rule, tier, observation);
  if (stood.latchedAt !== null) return isCleared(rule, tier, stood, observation, met) ? IDLE : stood;
  if (!met) return IDLE;
  const pendingSince = stood.pendingSince ?? now;
  if (now - pendingSince < rule.forMs) return { ...IDLE, pendingSince };
  return { pendingSince, latchedAt: now, latchedThreshold: tier.threshold };
}

/** A latched tier whose condition has not held for a raised `for` goes back to pending. */
function underFor(rule: Rule, tier: TierState, now: number): TierState {
  if (tier.latchedAt === null || tier.pendingSince === null) return tier;
  // The later of the two: a clock set back must not unlatch.
  const heldFor = Math.max(now, tier.latchedAt) - tier.pendingSince;
  return heldFor < rule.forMs ? { ...IDLE, pendingSince: tier.pendingSince } : tier;
}

function isMet(rule: Rule, tier: Tier, { value, requests }: Reading): boolean {
  return value !== null && requests >= rule.minRequests && holds(value, rule.operator, tier.threshold);
}

function isCleared(
  rule: Rule,
  tier: Tier,
  stood: TierState,
  { value, requests }: Observation,
  met: boolean,
): boolean {
  // Within its period a used-up quota tier opens again only when an edit moved its threshold away.
  if (rule.isQuota) return !met && stood.latchedThreshold !== tier.threshold;
  if (value === null || requests < rule.minRequests || tier.recovery === null) return !met;
  return hasRecovered(value, rule.operator, tier.recovery);
}

/** The tiers with their latches only: what missing data leaves of them. */
export function latchesOnly(tiers: TierStates): TierStates {
  return Object.fromEntries(Object.entries(tiers).filter(([, tier]) => tier.latchedAt !== null));
}

/** The highest severity with a latched tier among those of the rule. */
export function topLatched(rule: Rule, tiers: TierStates): Severity | null {
  return (
    rule.tiers.findLast(({ severity }) => (tiers[severity]?.latchedAt ?? null) !== null)?.severity ?? null
  );
}

/** The highest severity with a pending tier among those of the rule. */
export function topPending(rule: Rule, tiers: TierStates): Severity | null {
  return (
    rule.tiers.findLast(({ severity }) => (tiers[severity]?.pendingSince ?? null) !== null)?.severity ?? null
  );
}

/** Whether an edit of the rule, not the observation, took a latch away. */
export function lostToEdit(rule: Rule, tiers: TierStates, steps: TierStep[]): boolean {
  return Object.entries(tiers).some(([severity, tier]) => {
    if (tier.latchedAt === null) return false;
    const step = steps.find((candidate) => candidate.severity === severity);
    if (step === undefined || step.stood.latchedAt === null) return true;
    return rule.isQuota && step.next.latchedAt === null;
  });
}

/** Whether no tier's condition holds. */
export function isQuiet(rule: Rule, reading: Reading): boolean {
  for (const tier of rule.tiers) if (isMet(rule, tier, reading)) return false;
  return true;
}
