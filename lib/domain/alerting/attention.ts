import type { IncidentState } from "./incident";
import type { Rule } from "./rule";

/** What escalation, flapping and sharing have come to in an incident. Plain JSON, stored with it; instants in epoch ms. */
export interface Attention {
  /** The latest changes worth a message, ascending; of earlier incidents of the same thing too. */
  changes: number[];
  /** Since when only its settling is told; null while it does not flap. */
  flappingSince: number | null;
  /** `after` of the latest step of escalation that was taken, ms; 0 before the first. Edits of a rule may move steps. */
  escalatedTo: number;
  /** Since when somebody has to be found; null while it is acknowledged. */
  waitingSince: number | null;
  /** For how long that was so before. */
  waitedMs: number;
  /** Of a shared incident: when the latest key joined it, and when it was last reminded of. */
  joinedAt: number | null;
  remindedAt: number | null;
}

export type EscalationStep = Rule["escalation"][number];

/** The beginning of an incident; `before` is that of the same thing's former incident. */
export function newAttention(at: number, before: Attention | null = null): Attention {
  return {
    changes: before?.changes ?? [],
    flappingSince: null,
    escalatedTo: 0,
    waitingSince: at,
    waitedMs: 0,
    joinedAt: null,
    remindedAt: null,
  };
}

/** Counts a change worth a message: over so many within the rule's window, it flaps. */
export function countChange(
  attention: Attention,
  { flapping }: Pick<Rule, "flapping">,
  at: number,
): Attention {
  if (flapping === null) return { ...attention, changes: [], flappingSince: null };
  const recent = [...attention.changes.filter((one) => one > at - flapping.windowMs), at];
  const changes = recent.slice(-(flapping.transitions + 1));
  const flaps = changes.length > flapping.transitions;
  return { ...attention, changes, flappingSince: attention.flappingSince ?? (flaps ? at : null) };
}

/** When it has settled unless something changes: nothing did for the rule's window. null while it does not flap. */
export function settlesAt(attention: Attention, { flapping }: Pick<Rule, "flapping">): number | null {
  const { flappingSince, changes } = attention;
  if (flappingSince === null) return null;
  return flapping === null ? flappingSince : (changes.at(-1) ?? flappingSince) + flapping.windowMs;
}

/** Its changes begin to count anew. */
export const settled = (attention: Attention): Attention => ({
  ...attention,
  changes: [],
  flappingSince: null,
});

/** The clock of escalation runs while nobody has acknowledged, and goes on from where it stood. */
export function waiting(
  attention: Attention,
  incident: { state: IncidentState; acknowledgedAt: number | null },
  now: number,
): Attention {
  const { waitingSince, waitedMs } = attention;
  if (incident.state === "firing")
    return waitingSince === null ? { ...attention, waitingSince: now } : attention;
  if (waitingSince === null) return attention;
  const until = Math.max(waitingSince, incident.acknowledgedAt ?? now);
  return { ...attention, waitingSince: null, waitedMs: waitedMs + until - waitingSince };
}

/** The next step of escalation and when it is due; null when none is left, or while the incident is acknowledged. */
export function nextStep(
  { escalatedTo, waitingSince, waitedMs }: Attention,
  { escalation }: Pick<Rule, "escalation">,
): { step: EscalationStep; number: number; at: number } | null {
  const index = escalation.findIndex(({ afterMs }) => afterMs > escalatedTo);
  const step = escalation[index];
  if (step === undefined || waitingSince === null) return null;
  return { step, number: index + 1, at: waitingSince + step.afterMs - waitedMs };
}

/** The channels that hear of an incident now: the rule's own, and those of the steps that were taken. */
export function channelsOf(
  { channels, escalation }: Pick<Rule, "channels" | "escalation">,
  { escalatedTo }: Pick<Attention, "escalatedTo">,
): string[] {
  const steps = escalation.filter(({ afterMs }) => afterMs <= escalatedTo);
  return [...new Set([...channels, ...steps.flatMap((step) => step.channels)])];
}

/** When time alone may ask for something; null for never. `owedAt` is when what was kept back may be told. */
export function attentionAt(
  incident: { state: IncidentState; snoozedUntil: number | null; attention: Attention },
  rule: Pick<Rule, "flapping" | "escalation">,
  owedAt: number | null,
): number | null {
  const { state, snoozedUntil, attention } = incident;
  const due = [owedAt];
  if (state !== "resolved") {
    const settling = settlesAt(attention, rule);
    // While it flaps, escalation waits for it to settle.
    due.push(settling ?? (state === "firing" ? (nextStep(attention, rule)?.at ?? null) : null));
    if (state === "acknowledged") due.push(snoozedUntil);
  }
  const instants = due.filter((at) => at !== null);
  return instants.length === 0 ? null : Math.min(...instants);
}
