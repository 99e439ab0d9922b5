import { type Runtime, runtime } from "@/lib/runtime";

/** What took less than this is read anew each time, unless asked for otherwise. */
const FAST_MS = 100;
/** What took longer serves for this many times as long, so that open pages never take up the database. */
const REUSE = 8;
const MOST_MS = 60_000;
const MOST_ENTRIES = 500;

interface Entry {
  promise: Promise<unknown>;
  /** Up to then it serves as it is, and for as long again while it is read anew; by the clock of `performance.now`. */
  until: number;
  last: number;
  isRenewed: boolean;
}

/** What was read, by name: see `memo`. */
export class Memos {
  readonly #entries = new Map<string, Entry>();

  read<T>(name: string, load: () => Promise<T>, keepMs = 0, fastMs = FAST_MS): Promise<T> {
    const known = this.#entries.get(name);
    const now = performance.now();
    if (known === undefined || now >= known.last) return this.#load(name, load, keepMs, fastMs);
    if (now >= known.until && !known.isRenewed) {
      known.isRenewed = true;
      void this.#load(name, load, keepMs, fastMs, known);
    }
    return known.promise as Promise<T>;
  }

  #load<T>(name: string, load: () => Promise<T>, keepMs: number, fastMs: number, former?: Entry): Promise<T> {
    const began = performance.now();
    const promise = load();
    const entry: Entry = {
      promise,
      until: Number.POSITIVE_INFINITY,
      last: Number.POSITIVE_INFINITY,
      isRenewed: false,
    };
    if (this.#entries.size >= MOST_ENTRIES) this.#entries.clear();
    this.#entries.set(name, former ?? entry);
    promise.then(
      () => {
        const ended = performance.now();
        const took = ended - began;
        const keep = Math.max(keepMs, took > fastMs ? Math.min(took * REUSE, MOST_MS) : 0);
        entry.until = ended + keep;
        entry.last = entry.until + keep;
        this.#entries.set(name, entry);
      },
      // Whoever asks next reads anew, and hears of it.
      () => this.#entries.delete(name),
    );
    return promise;
  }
}

const memos = new WeakMap<Runtime, Memos>();

/**
 * Shares a read among all pages that want the same at the same time, and keeps what took more than `fastMs` for a while (`keepMs`
 * at least). Whoever comes soon after that still gets it at once, while it is read anew. What comes back says itself how
 * old it is.
 */
export function memo<T>(name: string, load: () => Promise<T>, keepMs = 0, fastMs = FAST_MS): Promise<T> {
  const owner = runtime();
  const own = memos.get(owner) ?? new Memos();
  memos.set(owner, own);
  return own.read(name, load, keepMs, fastMs);
}
