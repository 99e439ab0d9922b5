/** A page's data says how old it is: nothing committed before `at` (epoch ms, the server's clock) is missing. */
export type Dated = { at: number };

type Options<T> = {
  url: string;
  onData(data: T): void;
  /** What failed last, null when the data is fresh again. */
  onFailure(message: string | null): void;
  fetch?: (url: string, signal: AbortSignal) => Promise<Response>;
};

const AT_MOST_EVERY_MS = 1_000;
/** States and windows move with time alone. */
const AT_LEAST_EVERY_MS = 10_000;
const AFTER_FAILURE_MS = 3_000;

export const fetchJson = (url: string, signal: AbortSignal): Promise<Response> =>
  fetch(url, { signal, headers: { accept: "application/json" } });

/** The server answered, but not with the data. */
class Refused extends Error {}

/**
 * Fetches a page's data anew when it was touched, at once if it can, at most once a second, until what comes back is as
 * new as the latest touch.
 */
export class Revalidator<T extends Dated> {
  readonly #options: Options<T>;
  #touchedAt = 0;
  #startedAt = Number.NEGATIVE_INFINITY;
  #running: AbortController | undefined;
  /** Asked for again while a fetch was under way, which may have missed what the asking is about. */
  #again = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(options: Options<T>) {
    this.#options = options;
    this.#schedule(AT_LEAST_EVERY_MS);
  }

  /** Something that the page shows was committed at `at`, by the server's clock. */
  touch(at: number): void {
    this.#touchedAt = Math.max(this.#touchedAt, at);
    if (this.#running === undefined) this.now();
  }

  /** Fetches as soon as the pace allows. */
  now(): void {
    if (this.#closed) return;
    if (this.#running !== undefined) this.#again = true;
    else this.#schedule(Math.max(0, this.#startedAt + AT_MOST_EVERY_MS - performance.now()));
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#running?.abort();
  }

  #schedule(inMs: number): void {
    clearTimeout(this.#timer);
    if (inMs <= 0) void this.#run();
    else this.#timer = setTimeout(() => void this.#run(), inMs);
  }

  async #run(): Promise<void> {
    if (this.#closed || this.#running !== undefined) return;
    // A page in the background waits; it catches up when it is looked at again.
    if (typeof document !== "undefined" && document.hidden) return this.#schedule(AT_LEAST_EVERY_MS);
    const controller = new AbortController();
    this.#running = controller;
    this.#again = false;
    this.#startedAt = performance.now();
    let wait = AT_LEAST_EVERY_MS;
    try {
      const data = await this.#load(controller.signal);
      this.#options.onFailure(null);
      this.#options.onData(data);
      if (this.#again || data.at < this.#touchedAt)
        wait = AT_MOST_EVERY_MS - (performance.now() - this.#startedAt);
    } catch (error) {
      if (this.#closed) return;
      // What the browser says of a lost connection differs, and helps nobody.
      this.#options.onFailure(error instanceof Refused ? error.message : "Keygauge does not answer.");
      wait = AFTER_FAILURE_MS;
    } finally {
      this.#running = undefined;
    }
    if (!this.#closed) this.#schedule(Math.max(0, wait));
  }

  async #load(signal: AbortSignal): Promise<T> {
    const ended = AbortSignal.any([signal, AbortSignal.timeout(30_000)]);
    const answer = await (this.#options.fetch ?? fetchJson)(this.#options.url, ended);
    if (answer.ok) return (await answer.json()) as T;
    if (answer.status === 401) window.location.reload();
    const problem = (await answer.json().catch(() => null)) as { detail?: string } | null;
    throw new Refused(problem?.detail ?? `The server answered ${answer.status}.`);
  }
}
