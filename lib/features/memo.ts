import { type Runtime, runtime } from "@/lib/runtime";

/** What took less than this is read anew each time. */
const FAST_MS = 100;
/** What took longer serves for this many times as long, so that open pages never take up the database. */
const REUSE = 8;
const MOST_MS = 60_000;
const MOST_ENTRIES = 500;

type Entry = { promise: Promise<unknown>; until: number };

const memos = new WeakMap<Runtime, Map<string, Entry>>();

/**
 * Shares a read among all pages that want the same at the same time, and keeps what was slow for a while (`keepMs` at
 * least). What comes back says itself how old it is.
 */
export function memo<T>(name: string, load: () => Promise<T>, keepMs = 0): Promise<T> {
  const owner = runtime();
  const entries = memos.get(owner) ?? new Map<string, Entry>();
  memos.set(owner, entries);
  const known = entries.get(name);
  if (known !== undefined && performance.now() < known.until) return known.promise as Promise<T>;
  if (entries.size >= MOST_ENTRIES) entries.clear();
  const began = performance.now();
  const promise = load();
  const entry: Entry = { promise, until: Number.POSITIVE_INFINITY };
  entries.set(name, entry);
  promise.then(
    () => {
      const took = performance.now() - began;
      entry.until =
        performance.now() + Math.max(keepMs, took > FAST_MS ? Math.min(took * REUSE, MOST_MS) : 0);
    },
    () => entries.delete(name),
  );
  return promise;
}
