import { type Runtime, runtime } from "@/lib/runtime";
import { type MeasuredLimit, measureLimits } from "../limits/measure";
import { type Key, type KeyRow, readKeyRows, toKey } from "./read";

/** A measured limit changes by itself as its window moves on, so it is measured anew after this long at least. */
const STALE_MS = 10_000;
/** The more keys have limits, the longer the untouched ones wait: measuring them all costs 100 of these a second. */
const STALE_MS_PER_LIMITED_KEY = 10;
/** A read that took long is used again for this many times as long. */
const REUSE = 8;
/** Reads faster than this are never used again, nor those of few keys: what was just written must show. */
const FAST_MS = 50;
export const MANY_KEYS = 1_000;
/** Rows that were not told of are read anew after this long, should a change ever go untold. */
const WHOLE_EVERY_MS = 60_000;
/** Keys that are worked on at a time, so that nobody else's request waits for all of them. */
const AT_ONCE = 250;

/** All keys with their states as they were at `at`, when reading them began (epoch ms). */
export interface FleetView {
  at: number;
  keys: Key[];
}

interface Known {
  row: KeyRow;
  limits: readonly MeasuredLimit[];
  /** When the limits were measured, epoch ms; -Infinity before that. */
  measuredAt: number;
}

/**
 * All keys with their states, as cheap as lists, filters and counts need it at 10,000 keys: rows are read and limits
 * measured of the keys that were used or changed since, and of those that have waited long enough. Few keys are read whole
 * each time.
 */
class Fleet {
  readonly #owner: Runtime;
  readonly #known = new Map<number, Known>();
  #limited = 0;
  /** Read or measured anew by the next read. */
  #dirty = new Set<number>();
  #wholeAt = Number.NEGATIVE_INFINITY;
  #last: { view: FleetView; tookMs: number } | undefined;
  #running: Promise<FleetView> | undefined;
  #next: Promise<FleetView> | undefined;

  constructor(owner: Runtime) {
    this.#owner = owner;
    owner.committed.subscribe(({ keyIds }) => {
      if (keyIds === "all") this.#forget();
      else for (const id of keyIds) this.#dirty.add(id);
    });
    owner.changed.subscribe(({ entity, id }) => {
      if (entity !== "limit" && entity !== "key") return;
      if (Number.isNaN(Number(id))) this.#forget();
      else this.#dirty.add(Number(id));
      this.#last = undefined;
    });
  }

  /** Keys, as far as they were read. */
  get size(): number {
    return this.#known.size;
  }

  /** A slow read serves for a while, and for as long again while the next one is under way. */
  async read(now: number): Promise<FleetView> {
    const last = this.#last;
    if (last === undefined || last.tookMs <= FAST_MS || last.view.keys.length < MANY_KEYS) {
      return this.#readAnew(now);
    }
    const age = (now - last.view.at) / (last.tookMs * REUSE);
    if (age >= 2) return this.#readAnew(now);
    // Whoever asks once it is too old hears why it could not be read.
    if (age >= 1 && this.#running === undefined) this.#readAnew(now).catch(() => {});
    return last.view;
  }

  /** Which keys changed is not known. */
  #forget(): void {
    this.#wholeAt = Number.NEGATIVE_INFINITY;
    for (const known of this.#known.values()) known.measuredAt = Number.NEGATIVE_INFINITY;
  }

  /** Whoever asks while a read is under way shares the one after it, which sees all that was committed before. */
  #readAnew(now: number): Promise<FleetView> {
    if (this.#running === undefined) {
      this.#running = this.#load(now).finally(() => {
        this.#running = undefined;
      });
      return this.#running;
    }
    this.#next ??= this.#running
      .then(
        () => {},
        () => {},
      )
      .then(() => {
        this.#next = undefined;
        return this.#readAnew(now);
      });
    return this.#next;
  }

  async #load(now: number): Promise<FleetView> {
    const began = performance.now();
    const dirty = this.#dirty;
    this.#dirty = new Set();
    try {
      if (this.#known.size < MANY_KEYS || now - this.#wholeAt >= WHOLE_EVERY_MS) await this.#readWhole(now);
      else for (const some of parts([...dirty])) await this.#readRows(some);
      await this.#measure(dirty, now);
    } catch (error) {
      for (const id of dirty) this.#dirty.add(id);
      throw error;
    }
    const keys: Key[] = [];
    for (const { row, limits } of this.#known.values()) {
      keys.push(toKey(row, limits, now));
      if (keys.length % AT_ONCE === 0) await new Promise(setImmediate);
    }
    this.#limited = keys.filter(({ limits }) => limits.length > 0).length;
    const view = { at: now, keys };
    this.#last = { view, tookMs: performance.now() - began };
    return view;
  }

  async #readWhole(now: number): Promise<void> {
    const before = this.#wholeAt;
    this.#wholeAt = now;
    try {
      const gone = new Set(this.#known.keys());
      for (const row of await readKeyRows(this.#owner.db.pool)) {
        gone.delete(row.id);
        this.#keep(row);
      }
      for (const id of gone) this.#known.delete(id);
    } catch (error) {
      this.#wholeAt = Math.min(this.#wholeAt, before);
      throw error;
    }
  }

  async #readRows(ids: readonly number[]): Promise<void> {
    const rows = await readKeyRows(this.#owner.db.pool, ids);
    const there = new Set(rows.map(({ id }) => id));
    for (const id of ids) if (!there.has(id)) this.#known.delete(id);
    for (const row of rows) this.#keep(row);
  }

  #keep(row: KeyRow): void {
    const known = this.#known.get(row.id);
    if (known === undefined)
      this.#known.set(row.id, { row, limits: [], measuredAt: Number.NEGATIVE_INFINITY });
    else known.row = row;
  }

  async #measure(dirty: ReadonlySet<number>, now: number): Promise<void> {
    const staleBefore = now - Math.max(STALE_MS, this.#limited * STALE_MS_PER_LIMITED_KEY);
    const due = [...this.#known].filter(([id, { limits, measuredAt }]) => {
      if (measuredAt === Number.NEGATIVE_INFINITY || dirty.has(id)) return true;
      return limits.length > 0 && measuredAt < staleBefore;
    });
    for (const some of parts(due)) {
      const measured = await measureLimits(
        this.#owner.db.pool,
        some.map(([id]) => id),
        now,
      );
      for (const [id, known] of some) {
        known.limits = measured.get(id) ?? [];
        known.measuredAt = now;
      }
    }
  }
}

function* parts<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < all.length; start += AT_ONCE) yield all.slice(start, start + AT_ONCE);
}

let current: { owner: Runtime; fleet: Fleet } | undefined;

/** All keys of the installation, retired ones too, with their states at about `now`. */
export function readFleet(now: number): Promise<FleetView> {
  const owner = runtime();
  if (current?.owner !== owner) current = { owner, fleet: new Fleet(owner) };
  return current.fleet.read(now);
}

/** Whether the installation has so many keys that what was read a moment ago serves as well. */
export function hasManyKeys(): boolean {
  const owner = runtime();
  return current?.owner === owner && current.fleet.size >= MANY_KEYS;
}
