import type { LiveStatus } from "@/components/shell/live-indicator";
import type { LiveDelta } from "@/lib/domain/live/buckets";

/** What was used since the last word: which keys (all, where there were too many to name), and by how much. */
type LiveUsage = { at: number; keys: readonly string[] | "all"; deltas: readonly LiveDelta[] };
/** Something was written: a key, limit, rule, incident … */
export type LiveChange = { entity: string; id: string };

export type LiveHandlers = {
  onUsage(usage: LiveUsage): void;
  onChange(change: LiveChange): void;
  /** What happened before is no longer known: anything may have changed. */
  onMissed(): void;
  onOpen?(): void;
};

/** The server says something every 5 s at least; after this long without a word the connection counts as dead. */
const SILENCE_MS = 16_000;
const CHECK_MS = 2_000;
const RETRY_MS = [1_000, 2_000, 4_000, 8_000, 15_000] as const;

/**
 * One connection to the live stream that comes back by itself, whatever ended it. It is told first what came after
 * `since`, so that nothing is missed between the reading of a page and the opening, or while the connection was away.
 */
export class LiveStream {
  readonly #keys: readonly string[];
  #since: string;
  readonly #handlers: LiveHandlers;
  readonly #listeners = new Set<() => void>();
  readonly #watchdog: ReturnType<typeof setInterval>;
  #source: EventSource | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #aliveAt = Date.now();
  #closed = false;
  #state: { status: LiveStatus; heardAt: number | null } = { status: "connecting", heardAt: null };

  /** Use is told of these keys alone, of all when there are none. */
  constructor(
    { keys = [], since }: { keys?: readonly string[] | undefined; since: string },
    handlers: LiveHandlers,
  ) {
    this.#keys = keys;
    this.#since = since;
    this.#handlers = handlers;
    this.#watchdog = setInterval(() => {
      if (this.#source !== undefined && Date.now() - this.#aliveAt > SILENCE_MS) this.#reconnect();
    }, CHECK_MS);
    this.#connect();
  }

  /** A new object whenever anything of it changed. */
  get state(): { status: LiveStatus; heardAt: number | null } {
    return this.#state;
  }

  /** What another stream has to be opened with to go on where this one is. */
  get since(): string {
    return this.#since;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#watchdog);
    clearTimeout(this.#retry);
    this.#source?.close();
  }

  #connect(): void {
    if (this.#closed) return;
    const query = new URLSearchParams([...this.#keys.map((key) => ["key", key]), ["since", this.#since]]);
    const source = new EventSource(`/api/v1/stream?${query}`);
    this.#source = source;
    this.#aliveAt = Date.now();
    source.onopen = () => {
      this.#failures = 0;
      this.#hear();
      this.#handlers.onOpen?.();
    };
    source.onerror = () => this.#reconnect();
    const on = (name: string, handle: (data: string) => void) =>
      source.addEventListener(name, ({ data, lastEventId }: MessageEvent<string>) => {
        this.#hear();
        handle(data);
        if (lastEventId !== "") this.#since = lastEventId;
      });
    on("alive", () => {});
    on("usage", (data) => this.#handlers.onUsage(JSON.parse(data)));
    on("changed", (data) => this.#handlers.onChange(JSON.parse(data)));
    on("missed", () => this.#handlers.onMissed());
  }

  // The browser would try again after a dropped connection, but not after an answer like 503.
  #reconnect(): void {
    this.#source?.close();
    this.#source = undefined;
    this.#set("offline", this.#state.heardAt);
    clearTimeout(this.#retry);
    const wait = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)];
    this.#failures += 1;
    this.#retry = setTimeout(() => this.#connect(), wait);
  }

  #hear(): void {
    this.#aliveAt = Date.now();
    this.#set("live", this.#aliveAt);
  }

  #set(status: LiveStatus, heardAt: number | null): void {
    this.#state = { status, heardAt };
    for (const listener of this.#listeners) listener();
  }
}
