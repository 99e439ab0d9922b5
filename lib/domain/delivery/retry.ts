import { DAY, MINUTE, SECOND } from "../usage/duration";
import type { AttemptOutcome, FinalState } from "./state";

/** A message that could not be handed over within this time is given up. */
const GIVE_UP_AFTER_MS = DAY;
const FIRST_WAIT_MS = 2 * SECOND;
const LONGEST_WAIT_MS = 10 * MINUTE;

/**
 * Full jitter: anything from 0 to an exponentially growing bound, so that many messages that failed together do not
 * come back together (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/). `attempt` is the
 * number of the one that failed, from 1; `random` is in [0, 1). A provider's own wish in seconds is a lower bound.
 */
export function waitMs(attempt: number, random: number, retryAfterS?: number): number {
  const bound = Math.min(FIRST_WAIT_MS * 2 ** (Math.max(attempt, 1) - 1), LONGEST_WAIT_MS);
  return Math.max(Math.floor(random * bound), Math.ceil((retryAfterS ?? 0) * SECOND));
}

/** What an attempt means for its delivery. */
export interface Attempted {
  outcome: AttemptOutcome;
  /** The provider's words, of anything but `sent`. */
  error?: string | undefined;
  retryAfterS?: number | undefined;
}

/** The delivery when the attempt ended. */
export interface AtEnd {
  /** A test is worth one attempt: whoever pressed the button looks at the answer. */
  test: boolean;
  attempt: number;
  /** An earlier attempt was ambiguous. */
  maybeSent: boolean;
  /** Since the delivery was created. */
  ageMs: number;
  /** In [0, 1). */
  random: number;
}

export type Next =
  | { state: "queued"; waitMs: number; maybeSent: boolean }
  | { state: FinalState; reason: string | null; maybeSent: boolean };

/** The state that follows an attempt. */
export function afterAttempt(attempted: Attempted, delivery: AtEnd): Next {
  const maybeSent = delivery.maybeSent || attempted.outcome === "ambiguous";
  const error = attempted.error ?? "No reason was given";
  switch (attempted.outcome) {
    case "sent":
      return { state: "sent", reason: null, maybeSent };
    case "unconfigured":
      return { state: "unconfigured", reason: error, maybeSent };
    case "permanent":
      return { state: "dead", reason: error, maybeSent };
  }
  const gone = maybeSent ? "unknown" : "failed";
  if (delivery.test) return { state: gone, reason: error, maybeSent };
  const wait = waitMs(delivery.attempt, delivery.random, attempted.retryAfterS);
  if (delivery.ageMs + wait >= GIVE_UP_AFTER_MS) {
    return { state: gone, reason: `Given up after 24 hours. The last error: ${error}`, maybeSent };
  }
  return { state: "queued", waitMs: wait, maybeSent };
}
