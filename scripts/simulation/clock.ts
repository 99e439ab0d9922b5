import { setTimeout as sleep } from "node:timers/promises";

/** The clock of this machine, for traffic that runs in step with it. */
export const CLOCK = {
  now: Date.now,
  wait: (ms: number, signal: AbortSignal): Promise<unknown> =>
    sleep(ms, undefined, { signal }).catch(() => undefined),
};
