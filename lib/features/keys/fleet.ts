import { type Runtime, runtime } from "@/lib/runtime";
import { type MeasuredLimit, measureLimits } from "../limits/measure";
import { type Key, readKeyRows, toKey } from "./read";

/** A measured limit changes by itself as its window moves on, so it is measured anew after this long at least. */
const STALE_MS = 10_000;
/** The more keys have limits, the longer the untouched ones wait: measuring them all costs 100 of these a second. */
const STALE_MS_PER_LIMITED_KEY = 10;
/** A read that took long is used again for this many times as long. */
const REUSE = 8;
/** Reads faster than this are never used again, nor those of few keys: what was just written must show. */
const FAST_MS = 50;
export const MANY_KEYS = 1_000;
/** Keys that are worked on at a time, so that nobody else's request waits for all of them. */
const AT_ONCE = 1_000;

/** All keys with their states as they were at `at`, when reading them began (epoch ms). */
export interface FleetView {
  at: number;
  keys: Key[];
}

/**
 * All keys with their states, as cheap as lists, filters and counts need it at 10,000 keys: rows are read each time,
 * limits only of the keys that were used or changed since, or that have waited long enough.
 */
class Fleet {
  readonly #owner: Runtime;
  readonly #limits = new Map<number, { at: number; limits: readonly MeasuredLimit[] }>();
  #limited = 0;
  #dirty = new Set<number>();
  #last: { view: FleetView; tookMs: number } | undefined;
  #running: Promise<FleetView> | undefined;
  #next: Promise<FleetView> | undefined;

  constructor(owner: Runtime) {
    this.#owner = owner;
    owner.committed.subscribe(({ keyIds }) => {
      if (keyIds === "all") this.#limits.clear();
      else for (const id of keyIds) this.#dirty.add(id);
    });
    owner.changed.subscribe(({ entity, id }) => {
      if (entity !== "limit" && entity !== "key") return;
      this.#dirty.add(Number(id));
      this.#last = undefined;
    });
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
    const { pool } = this.#owner.db;
    const dirty = this.#dirty;
    this.#dirty = new Set();
    const rows = await readKeyRows(pool);
    const staleBefore = now - Math.max(STALE_MS, this.#limited * STALE_MS_PER_LIMITED_KEY);
    const due = rows
      .map(({ id }) => id)
      .filter((id) => {
        const known = this.#limits.get(id);
        if (known === undefined || dirty.has(id)) return true;
        return known.limits.length > 0 && known.at < staleBefore;
      });
    try {
      for (let start = 0; start < due.length; start += AT_ONCE) {
        const some = due.slice(start, start + AT_ONCE);
        const measured = await measureLimits(pool, some, now);
        for (const id of some) this.#limits.set(id, { at: now, limits: measured.get(id) ?? [] });
      }
    } catch (error) {
      for (const id of dirty) this.#dirty.add(id);
      throw error;
    }
    const keys: Key[] = [];
    for (const row of rows) {
      keys.push(toKey(row, this.#limits.get(row.id)?.limits ?? [], now));
      if (keys.length % AT_ONCE === 0) await new Promise(setImmediate);
    }
    this.#limited = keys.filter(({ limits }) => limits.length > 0).length;
    const view = { at: now, keys };
    this.#last = { view, tookMs: performance.now() - began };
    return view;
  }
}

let current: { owner: Runtime; fleet: Fleet } | undefined;

/** All keys of the installation, retired ones too, with their states at about `now`. */
export function readFleet(now: number): Promise<FleetView> {
  const owner = runtime();
  if (current?.owner !== owner) current = { owner, fleet: new Fleet(owner) };
  return current.fleet.read(now);
}
