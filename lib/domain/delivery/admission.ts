import { SECOND } from "../usage/duration";

/** How long the followers of a rule's message wait to be told as one. */
export const FOLLOWERS_WAIT_MS = 30 * SECOND;

/**
 * Why a message waits: behind another of its rule, for the end of quiet hours, for the sending limit, for the next day of
 * the SMS budget.
 */
export type Hold = `followers ${string}` | "quiet" | "limit" | "budget";

/** A message that asks to be sent, as far as that decides. */
export interface Arrival {
  id: string;
  channelId: string;
  ruleId: string;
  incidentId: string | null;
  kind: string;
  critical: boolean;
}

/** What a channel was told last of a rule. `opener` is the message's incident, or a digest. */
export interface Window {
  opener: string;
  openedAt: number;
}

export interface Held {
  hold: Hold;
  until: number;
}

/** What admission knows of the moment; `windows` and `held` are brought forward by it. */
export interface Moment {
  now: number;
  /** By channel and rule. */
  windows: Map<string, Window>;
  /** What messages of an incident wait for on a channel, by channel and incident. */
  held: Map<string, Held>;
  /** Whether the channel's messages go one by one and at once, since it is a system that keeps incidents. */
  direct(channelId: string): boolean;
  /** When the channel's quiet hours end; null outside of them. `critical` messages may break through. */
  quietUntil(channelId: string, critical: boolean): number | null;
  /** When the SMS budget has room for a message to the channel; null when it has. */
  budgetUntil(channelId: string): number | null;
  /** Takes what a message to the channel costs of its limits; else how long to wait, in ms. */
  take(channelId: string): number;
}

export type Verdict =
  | {
      id: string;
      admitted: true /** Held messages of its incident, which it tells as well. */;
      absorbs: boolean;
    }
  | ({ id: string; admitted: false } & Held);

export const pairOf = (one: string, other: string): string => `${one} ${other}`;

/** Resolutions and reminders of a critical alert wake nobody. */
export const breaksThrough = ({ kind, critical }: Pick<Arrival, "kind" | "critical">): boolean =>
  critical && (kind === "firing" || kind === "escalated" || kind === "no_data");

/**
 * Lets messages through or holds them, in their order. The first of a rule goes at once, what follows within 30 s waits;
 * messages of the same incident do not wait for each other, and an escalation waits for quiet hours and limits only. What
 * comes after a held message of its incident joins it.
 */
export function admit(arrivals: readonly Arrival[], moment: Moment): Verdict[] {
  return arrivals.map((arrival) => {
    const held = holdOf(arrival, moment);
    const sibling = arrival.incidentId === null ? "" : pairOf(arrival.channelId, arrival.incidentId);
    if (held !== null) {
      if (sibling !== "" && !moment.held.has(sibling)) moment.held.set(sibling, held);
      return { id: arrival.id, admitted: false, ...held };
    }
    const absorbs = moment.held.delete(sibling);
    const place = pairOf(arrival.channelId, arrival.ruleId);
    if (windowOf(place, moment) === undefined) {
      moment.windows.set(place, { opener: arrival.incidentId ?? arrival.id, openedAt: moment.now });
    }
    return { id: arrival.id, admitted: true, absorbs };
  });
}

function holdOf(arrival: Arrival, moment: Moment): Held | null {
  const { channelId, ruleId, incidentId } = arrival;
  if (moment.direct(channelId)) return null;
  const quiet = moment.quietUntil(channelId, breaksThrough(arrival));
  if (quiet !== null) return { hold: "quiet", until: quiet };
  if (arrival.kind !== "escalated") {
    const sibling = incidentId === null ? undefined : moment.held.get(pairOf(channelId, incidentId));
    if (sibling !== undefined) return sibling;
    const window = windowOf(pairOf(channelId, ruleId), moment);
    if (window !== undefined && window.opener !== incidentId) {
      return { hold: `followers ${ruleId}`, until: window.openedAt + FOLLOWERS_WAIT_MS };
    }
  }
  return holdNow(channelId, moment);
}

/** Takes what one message to the channel costs; what to wait for when budget or limits have no room for it. */
export function holdNow(channelId: string, moment: Moment): Held | null {
  const budget = moment.budgetUntil(channelId);
  if (budget !== null) return { hold: "budget", until: budget };
  const wait = moment.take(channelId);
  return wait === 0 ? null : { hold: "limit", until: moment.now + wait };
}

/** One opened in the future was opened before the clock was set back, and counts no more. */
function windowOf(place: string, { windows, now }: Moment): Window | undefined {
  const window = windows.get(place);
  if (window === undefined) return undefined;
  return window.openedAt <= now && now < window.openedAt + FOLLOWERS_WAIT_MS ? window : undefined;
}
