/**
 * `queued` waits or waits again, `sending` is leased to a worker; the others are final. `sent` was accepted by the
 * provider, `delivered` confirmed by it; `dead` would be refused again; `failed` was never accepted in time; `unknown`
 * may have been accepted, and nobody can tell; `unconfigured` was kept to be read; `suppressed` has a reason.
 */
export const DELIVERY_STATES = [
  "queued",
  "sending",
  "sent",
  "delivered",
  "failed",
  "dead",
  "suppressed",
  "unconfigured",
  "unknown",
] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export const OPEN_STATES = ["queued", "sending"] as const satisfies readonly DeliveryState[];

export type FinalState = Exclude<DeliveryState, (typeof OPEN_STATES)[number]>;

export const ATTEMPT_OUTCOMES = ["sent", "not_sent", "permanent", "ambiguous", "unconfigured"] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];
