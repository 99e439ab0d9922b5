import type { LiveStatus } from "@/components/shell/live-indicator";
import type { LiveDelta } from "@/lib/domain/live/buckets";

/** What was used since the last word: which keys (all, where there were too many to name), and by how much. */
type LiveUsage = { at: number; keys: readonly string[] | "all"; deltas: readonly LiveDelta[] };
/** Something was written: a key, limit, rule, incident … */
export type LiveChange = { entity: string; id: string };

export type LiveHandlers = {
  onUsage(usage: LiveUsage): void;
  onChange(change: LiveChange): void;
  /** The stream opened, anew perhaps: what happened meanwhile was missed. */
  onOpen(): void;
};

/** The server says something every 5 s at least; after this long without a word the connection counts as dead. */
const SILENCE_MS = 16_000;
const CHECK_MS = 2_000;
const RETRY_MS = [1_000, 2_000, 4_000, 8_000, 15_000] as const;

/** One connection to the live stream that comes back by itself, whatever ended it. */
export class LiveStream {
  readonly #url: string;
  readonly #handlers: LiveHandlers;
  readonly #listeners = new Set<() => void>();
  readonly #watchdog: ReturnType<typeof setInterval>;
  #source: EventSource | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #aliveAt = Date.now();
  #closed = false;
  #state: { status: LiveStatus; heardAt: number | null } = { status: "connecting", heardAt: null };

  constructor(url: string, handlers: LiveHandlers) {
    this.#url = url;
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
    const source = new EventSource(this.#url);
    this.#source = source;
    this.#aliveAt = Date.now();
    source.onopen = () => {
      this.#failures = 0;
      this.#hear();
      this.#handlers.onOpen();
    };
    source.onerror = () => this.#reconnect();
    source.addEventListener("alive", () => this.#hear());
    source.addEventListener("usage", (event) => {
      this.#hear();
      this.#handlers.onUsage(JSON.parse(event.data));
    });
    source.addEventListener("changed", (event) => {
      this.#hear();
      this.#handlers.onChange(JSON.parse(event.data));
    });
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
