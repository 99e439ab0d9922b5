import { fetchJson } from "./revalidator";

/** Longer than from a press to the page that asks. What is older may lack what happened meanwhile. */
const FRESH_MS = 2_000;

/** Asks for what a page is about to ask for. The one answer is taken once, while it is new. */
export class ReadAhead {
  #asked: { url: string; at: number; answer: Promise<Response>; controller: AbortController } | null = null;

  ask(url: string): void {
    if (this.#isFresh(url)) return;
    this.close();
    const controller = new AbortController();
    const answer = fetchJson(url, controller.signal);
    // A failure is for whoever takes it.
    answer.catch(() => undefined);
    this.#asked = { url, at: performance.now(), answer, controller };
  }

  /** The answer to `url`, which `signal` ends from now on, or undefined if it was not asked for. */
  take(url: string, signal: AbortSignal): Promise<Response> | undefined {
    if (this.#asked === null || !this.#isFresh(url)) return undefined;
    const { answer, controller } = this.#asked;
    this.#asked = null;
    signal.addEventListener("abort", () => controller.abort(signal.reason), { once: true });
    return answer;
  }

  /** Lets go of what nobody took. */
  close(): void {
    this.#asked?.controller.abort();
    this.#asked = null;
  }

  #isFresh(url: string): boolean {
    return this.#asked?.url === url && performance.now() - this.#asked.at < FRESH_MS;
  }
}
