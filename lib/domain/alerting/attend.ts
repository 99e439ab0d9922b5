import { type Attention, type EscalationStep, nextStep, settled, settlesAt, waiting } from "./attention";
import type { IncidentState } from "./incident";
import { changeOf, type EffectNotification } from "./notification";
import type { Rule } from "./rule";
import type { Alert } from "./state";
import { owedMessage, type Picture } from "./told";

/** An incident as time finds it; instants in epoch ms. */
export interface Attended {
  state: IncidentState;
  acknowledgedAt: number | null;
  snoozedUntil: number | null;
  attention: Attention;
  /** What is firing of it; null for nothing. */
  truth: Alert | null;
}

/** What time alone has brought about, in this order. */
export interface Attendance {
  /** The acknowledgement was for a time, and that is over. */
  snoozeEnded: boolean;
  /** It flapped, and nothing has changed for long enough: `resolved` with nothing left that fires. */
  settled: "firing" | "resolved" | null;
  /** Steps of escalation that are taken now. */
  steps: { step: EscalationStep; number: number }[];
  state: IncidentState;
  attention: Attention;
}

/** Decides what is due at `now`. */
export function attend(incident: Attended, rule: Rule, now: number): Attendance {
  const { acknowledgedAt, snoozedUntil, truth } = incident;
  const none = { snoozeEnded: false, settled: null, steps: [] };
  if (incident.state === "resolved") return { ...none, state: "resolved", attention: incident.attention };
  const snoozeEnded = incident.state === "acknowledged" && snoozedUntil !== null && snoozedUntil <= now;
  const state = snoozeEnded ? "firing" : incident.state;
  let attention = waiting(incident.attention, { state: incident.state, acknowledgedAt }, now);
  if (snoozeEnded) attention = waiting(attention, { state, acknowledgedAt: null }, now);
  const settling = settlesAt(attention, rule);
  if (settling !== null) {
    if (settling > now) return { ...none, snoozeEnded, state, attention };
    attention = settled(attention);
    if (truth === null) return { ...none, snoozeEnded, settled: "resolved", state: "resolved", attention };
  }
  const steps: Attendance["steps"] = [];
  for (
    let next = nextStep(attention, rule);
    next !== null && next.at <= now;
    next = nextStep(attention, rule)
  ) {
    if (state !== "firing") break;
    steps.push({ step: next.step, number: next.number });
    attention = { ...attention, escalatedTo: next.step.afterMs };
  }
  return { snoozeEnded, settled: settling === null ? null : "firing", steps, state, attention };
}

/** What a channel is to be told after that, and why, where the kind does not say it; null for nothing. */
export function messageFor(
  channelId: string,
  picture: Picture,
  { snoozeEnded, settled: settles, steps, state, attention }: Attendance,
  truth: Alert | null,
): { kind: EffectNotification; detail: string | null } | null {
  if (state === "resolved") {
    const kind = settles === "resolved" ? changeOf(picture.alert, null) : owedMessage(picture, null);
    return kind === null ? null : { kind, detail: settles === null ? null : "It flapped, and has settled." };
  }
  if (attention.flappingSince !== null || truth === null) return null;
  const again = changeOf(picture.alert, truth) ?? "reminder";
  if (settles !== null) {
    return { kind: changeOf(null, truth) ?? again, detail: "It flapped, and has settled: it keeps firing." };
  }
  const step = steps.findLast((one) => one.step.channels.includes(channelId));
  if (step !== undefined) {
    return { kind: again, detail: `Nobody has acknowledged it: step ${step.number} of the escalation.` };
  }
  if (snoozeEnded) return { kind: again, detail: "It was snoozed, and still fires." };
  const kind = owedMessage(picture, truth);
  return kind === null ? null : { kind, detail: "It was silenced, and still fires." };
}
