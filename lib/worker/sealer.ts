import { eventsKeptFrom } from "@/lib/db/partitions";
import { DAY, HOUR, MINUTE, SECOND } from "@/lib/domain/usage/duration";
import { ceilBucket, floorBucket } from "@/lib/domain/usage/window";
import { log } from "@/lib/log";
import type { Runtime } from "@/lib/runtime";
import { repeat } from "./repeat";
import { type KeyHour, seal, type UnsealedHour, unsealedIn, unsealedOf } from "./sealing/seal";
import { TouchedHours } from "./sealing/touched";

/** Between two looks at what was touched. */
const IDLE_MS = 5 * SECOND;
/** What a key-hour rests after its end and its last event, so that stragglers do not seal it twice. */
const REST_MS = 30 * SECOND;
const SWEEP_EVERY_MS = 10 * MINUTE;
/** What a sweep covers, but for the first one and one a day, which cover all that events are kept of. */
const RECENT_MS = 2 * DAY;

/** Sealed by one statement at most, unless one key-hour alone has more. */
const MAX_HOURS = 200;
const MAX_EVENTS = 20_000;
/** Looked up at once. */
const MAX_QUEUE = 5_000;

/** Seals key-hours that have ended, in the background: the ones that this server saw being touched, and by sweeps all others. */
export function startSealer(runtime: Runtime): { stop(): Promise<void> } {
  const sealer = new Sealer(runtime);
  const unsubscribe = runtime.committed.subscribe(({ deltas }) => {
    for (const { keyId, bucket } of deltas) sealer.touch(keyId, bucket);
  });
  const loop = repeat(() => sealer.work());
  return {
    stop() {
      unsubscribe();
      return loop.stop();
    },
  };
}

export class Sealer {
  readonly #touched = new TouchedHours();
  #queue: UnsealedHour[] = [];
  /** How far the sweep under way has come; undefined between sweeps. */
  #sweep: KeyHour | undefined;
  #sweepAt = Number.NEGATIVE_INFINITY;
  #sweepAllAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly runtime: Runtime,
    private readonly clock: () => number = Date.now,
  ) {}

  /** A key got events at this instant, epoch ms. */
  touch(keyId: number, at: number): void {
    // What does not fit is found by a sweep of everything.
    if (!this.#touched.touch(keyId, at, this.clock())) this.#sweepAllAt = Number.NEGATIVE_INFINITY;
  }

  /** One bounded piece of work. Says after how many ms the next is due: as long as this took, while there is more. */
  async work(): Promise<number> {
    const began = this.clock();
    try {
      if (this.#queue.length === 0) await this.#find();
      const hours = this.#next();
      await seal(this.runtime.db.pool, hours);
      const isIdle = hours.length === 0 && this.#sweep === undefined;
      return isIdle ? IDLE_MS : this.clock() - began;
    } catch (error) {
      log.warn({ err: error }, "Hours could not be sealed; all are looked through again");
      this.#queue = [];
      this.#sweep = undefined;
      this.#sweepAt = this.#sweepAllAt = Number.NEGATIVE_INFINITY;
      return IDLE_MS;
    }
  }

  async #find(): Promise<void> {
    const { pool } = this.runtime.db;
    const now = this.clock();
    // Not in their last hour: their events may go while they are being counted.
    const oldest = eventsKeptFrom(now + HOUR, this.runtime.settings.retentionEventsDays);
    const touched = this.#touched.take(now, REST_MS, MAX_QUEUE).filter(({ bucket }) => bucket >= oldest);
    this.#queue = await unsealedOf(pool, touched);
    if (touched.length > 0) return;
    if (this.#sweep === undefined) {
      if (now < this.#sweepAt + SWEEP_EVERY_MS) return;
      const isAll = now >= this.#sweepAllAt + DAY;
      this.#sweepAt = now;
      if (isAll) this.#sweepAllAt = now;
      this.#sweep = {
        bucket: isAll ? oldest : Math.max(oldest, floorBucket(now - RECENT_MS, DAY)),
        keyId: -1,
      };
    }
    // A day at a time.
    const from = this.#sweep.bucket;
    const end = floorBucket(now - REST_MS, HOUR);
    const to = Math.min(ceilBucket(from + 1, DAY), end);
    this.#queue = await unsealedIn(pool, { from, to }, this.#sweep, MAX_QUEUE);
    const last = this.#queue.length === MAX_QUEUE ? this.#queue.at(-1) : undefined;
    this.#sweep = last ?? (to >= end ? undefined : { bucket: to, keyId: -1 });
  }

  /** As many of the queue as one statement takes. */
  #next(): UnsealedHour[] {
    let events = 0;
    let count = 0;
    for (const { requests } of this.#queue) {
      events += requests;
      if (count > 0 && (events > MAX_EVENTS || count === MAX_HOURS)) break;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }
}
