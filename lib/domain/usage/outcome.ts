/** How a call ended, in code order: the index is the number stored in the database. */
export const OUTCOMES = [
  "success",
  "rate_limited",
  "quota_exhausted",
  "overloaded",
  "unauthorized",
  "client_error",
  "server_error",
  "timeout",
] as const;

export type Outcome = (typeof OUTCOMES)[number];

/** The stored number of an outcome. */
export function outcomeCode(outcome: Outcome): number {
  return OUTCOMES.indexOf(outcome);
}

/** The outcome of a stored number; throws RangeError on a number that no outcome has. */
export function outcomeOf(code: number): Outcome {
  const outcome = OUTCOMES[code];
  if (outcome === undefined) throw new RangeError(`outcome code must be 0 to 7, got ${code}`);
  return outcome;
}

export function isOutcome(value: unknown): value is Outcome {
  return OUTCOMES.includes(value as Outcome);
}

/**
 * The outcome that the HTTP status alone suggests, for events whose error code and limit headers say nothing.
 * `null` (the gateway sent no status) counts as success; 0 means the provider never answered.
 */
export function outcomeOfStatus(status: number | null | undefined): Outcome {
  if (status === null || status === undefined) return "success";
  switch (status) {
    case 0:
    case 408:
    case 504:
      return "timeout";
    case 401:
    case 403:
      return "unauthorized";
    case 402:
      return "quota_exhausted";
    case 429:
      return "rate_limited";
    case 503:
    case 529:
      return "overloaded";
    default:
      if (status < 400) return "success";
      return status < 500 ? "client_error" : "server_error";
  }
}

/** Whether the key's own allowance refused the call, for a moment or until a reset. */
export function isThrottled(outcome: Outcome): boolean {
  return outcome === "rate_limited" || outcome === "quota_exhausted";
}
