import type { SimEvent } from "./event";
import type { Traffic } from "./traffic";

/** Where events go. */
export type EventSink = {
  /** Resolves when there is room for more; the events are then on their way. */
  send(events: readonly SimEvent[]): Promise<void>;
  /** Resolves when every event has its answer. */
  flush(): Promise<void>;
};

export type RunOptions = {
  traffic: Traffic;
  sender: EventSink;
  /** First instant of the traffic, epoch ms. */
  from: number;
  /** Last instant; null runs until the signal aborts. */
  until: number | null;
  /** Mean events per second. */
  rate: number;
  /** Stops making events; those on their way still get their answer. */
  signal: AbortSignal;
  now: () => number;
  wait: (ms: number, signal: AbortSignal) => Promise<unknown>;
};

/** Live events are sent in groups of this span. */
const GROUP_MS = 100;
const MOST_EVENTS = 500;

/**
 * Makes and sends the traffic from `from` on: what lies in the past as fast as the server takes it, then in step with
 * the clock. Resolves when all is answered; rejects as the sender does.
 */
export async function runTraffic(options: RunOptions): Promise<void> {
  const { traffic, sender, until, rate, signal, now, wait } = options;
  // Full batches in the past; half of one, so that a busy hour still makes few splits.
  const stepMs = Math.max(GROUP_MS, (MOST_EVENTS / 2 / rate) * 1000);
  let clock = options.from;
  let batch: SimEvent[] = [];

  while (!signal.aborted && (until === null || clock < until)) {
    const present = Math.min(now(), until ?? Number.POSITIVE_INFINITY);
    const behind = present - clock;
    if (behind < GROUP_MS && present !== until) {
      await wait(GROUP_MS - behind, signal);
      continue;
    }
    clock = Math.min(present, clock + stepMs);
    batch.push(...traffic.next(clock));
    const live = now() - clock < 2 * GROUP_MS;
    while (batch.length >= MOST_EVENTS || (batch.length > 0 && (live || clock === until))) {
      await sender.send(batch.slice(0, MOST_EVENTS));
      batch = batch.slice(MOST_EVENTS);
    }
  }
  if (batch.length > 0) await sender.send(batch);
  await sender.flush();
}
