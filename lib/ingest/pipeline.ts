import { aftermathOf, isTransientDbError, troubleOf } from "@/lib/db/db";
import { AppError } from "@/lib/errors";
import { log } from "@/lib/log";
import { metrics } from "@/lib/metrics";
import type { Runtime } from "@/lib/runtime";
import type { CheckedEvent } from "./event";
import { EventStore, type Stored } from "./store";

/** Events of one flush; a single larger request still goes as one. */
const MAX_FLUSH = 4_000;
/**
 * With this many waiting, a second flush starts beside the first: one is prepared while the other is being written. It
 * starts too when a whole MAX_FLUSH is being written, so that small requests do not wait for a huge one.
 */
const SECOND_FLUSH = MAX_FLUSH / 2;
/** Events waiting at most; past it requests are refused, so memory stays bounded. */
const MAX_WAITING = 60_000;
/** How long a flush that may or may not have committed is tried again before its senders hear 503. */
const RETRY_FOR_MS = 4_000;
const RETRY_EVERY_MS = 100;

interface Waiting {
  sourceId: number;
  events: CheckedEvent[];
  resolve(duplicates: number): void;
  reject(error: unknown): void;
}

/**
 * Group commit: requests that arrive while a flush is under way share the next one. A request is answered after the
 * commit of its events, never before; it is stored whole or not at all.
 */
export class Pipeline {
  readonly store: EventStore;
  #waiting: Waiting[] = [];
  /** Events waiting, and events waiting or being written. */
  #queued = 0;
  #events = 0;
  /** Runs under way, of two at most. */
  #runs = 0;
  #flushing: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(
    private readonly runtime: Runtime,
    private readonly clock: () => number = Date.now,
  ) {
    this.store = new EventStore(runtime.db.pool, runtime.serverId);
  }

  /** Resolves with the number of duplicates after the commit. Throws unavailable when overloaded or without a database. */
  submit(sourceId: number, events: CheckedEvent[]): Promise<number> {
    if (this.#closed) return Promise.reject(unavailable("Keygauge is shutting down.", 5));
    if (this.#events > 0 && this.#events + events.length > MAX_WAITING) {
      return Promise.reject(unavailable("Too many events are waiting to be stored.", 1));
    }
    this.#events += events.length;
    metrics.waitingEvents.set(this.#events);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ sourceId, events, resolve, reject });
      this.#queued += events.length;
      if (this.#runs === 0 || (this.#runs === 1 && this.#crowded())) this.#start();
    });
  }

  /** Stores what waits; later submissions are refused. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#runs > 0) await this.#flushing;
    // The last senders are told in the turn after their commit.
    await new Promise(setImmediate);
  }

  #crowded(): boolean {
    return this.#queued >= SECOND_FLUSH || this.#events - this.#queued >= MAX_FLUSH;
  }

  #start(): void {
    this.#runs += 1;
    this.#flushing = Promise.all([this.#flushing, this.#run()]).then(() => {});
  }

  async #run(): Promise<void> {
    // Requests of the same turn of the event loop join the first flush.
    await new Promise(setImmediate);
    // The second run is there for a crowd only, so that single senders still share one commit.
    while (this.#waiting.length > 0 && (this.#runs === 1 || this.#crowded())) {
      const requests = this.#take();
      await this.#flush(requests);
      this.#events -= requests.reduce((sum, request) => sum + request.events.length, 0);
      metrics.waitingEvents.set(this.#events);
    }
    this.#runs -= 1;
  }

  #take(): Waiting[] {
    let events = 0;
    let count = 0;
    for (const waiting of this.#waiting) {
      if (count > 0 && events + waiting.events.length > MAX_FLUSH) break;
      events += waiting.events.length;
      count += 1;
    }
    this.#queued -= events;
    return this.#waiting.splice(0, count);
  }

  async #flush(requests: Waiting[]): Promise<void> {
    const batch = new FlushBatch(requests);
    const done = metrics.flushSeconds.startTimer();
    const begunAt = performance.now();
    try {
      const stored = await this.#persist(batch);
      done();
      // In a turn of its own: what waits is handed to Postgres first, which would have nothing to do meanwhile.
      setImmediate(() => this.#announce(requests, batch, stored, begunAt));
    } catch (error) {
      metrics.flushFailures.inc();
      if (isTransientDbError(error)) {
        const answer = unavailable(troubleOf(error), 2, error);
        for (const request of requests) request.reject(answer);
      } else if (requests.length > 1) {
        // One request's rows must not fail the others that happened to share its flush.
        for (const request of requests) await this.#flush([request]);
      } else {
        log.error({ err: error, events: batch.events.length }, "Events could not be stored");
        for (const request of requests) request.reject(error);
      }
    }
  }

  /** Tells the senders, and everybody who follows commits. */
  #announce(requests: readonly Waiting[], batch: FlushBatch, stored: Stored, begunAt: number): void {
    metrics.flushEvents.observe(batch.events.length);
    for (const index of stored.duplicates) batch.duplicate(index);
    requests.forEach((request, i) => {
      request.resolve(batch.duplicates[i] ?? 0);
    });
    this.runtime.committed.emit({
      deltas: stored.deltas,
      begunAt,
      keyIds: [...new Set(batch.events.map((event) => event.keyId))],
    });
  }

  /**
   * A connection that breaks during the commit leaves open whether it took place. The same rows are then written again:
   * their ids tell whether they are there, and nothing counts twice.
   */
  async #persist(batch: FlushBatch): Promise<Stored> {
    // Not the clock of the events, which may be set back meanwhile.
    const deadline = performance.now() + RETRY_FOR_MS;
    let ambiguous = false;
    for (;;) {
      try {
        const stored = await this.store.store(batch, this.clock());
        // After an ambiguous try, rows that are there are most likely its own.
        return ambiguous ? { ...stored, duplicates: new Set() } : stored;
      } catch (error) {
        if (!isTransientDbError(error)) throw error;
        const aftermath = aftermathOf(error);
        if (aftermath === "refused" && !ambiguous) throw error;
        ambiguous ||= aftermath === "unknown";
        if (performance.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, RETRY_EVERY_MS));
      }
    }
  }
}

/** The events of several requests as one batch, without those that repeat one of the same batch. */
class FlushBatch {
  readonly events: CheckedEvent[] = [];
  readonly duplicates: number[];
  readonly #requestOf: number[] = [];

  constructor(private readonly requests: readonly Waiting[]) {
    this.duplicates = requests.map(() => 0);
    const seen = new Map<bigint, CheckedEvent[]>();
    requests.forEach((request, r) => {
      for (const event of request.events) {
        if (event.named) {
          // The id is a hash of source and id, so that alone tells nearly all events apart.
          const alike = seen.get(event.eventId);
          if (alike === undefined) seen.set(event.eventId, [event]);
          else if (alike.some((other) => isSame(event, other))) {
            this.duplicates[r] = (this.duplicates[r] ?? 0) + 1;
            continue;
          } else alike.push(event);
        }
        this.events.push(event);
        this.#requestOf.push(r);
      }
    });
  }

  readonly sourceOf = (index: number): number => this.requests[this.#requestOf[index] ?? 0]?.sourceId ?? 0;

  /** The database had this one already. */
  duplicate(index: number): void {
    const request = this.#requestOf[index];
    if (request !== undefined) this.duplicates[request] = (this.duplicates[request] ?? 0) + 1;
  }
}

/** Whether two events of the same source and id are one: without a time of their own they are, whatever their key. */
const isSame = (a: CheckedEvent, b: CheckedEvent): boolean =>
  a.receipt || b.receipt ? a.receipt === b.receipt : a.keyId === b.keyId && a.at === b.at;

const unavailable = (message: string, retryAfterS: number, cause?: unknown) =>
  new AppError("unavailable", message, { retryAfterS, ...(cause === undefined ? {} : { cause }) });
