import { SECOND } from "@/lib/domain/usage/duration";
import type { Point } from "@/lib/domain/usage/steps";
import type { Range } from "@/lib/domain/usage/window";

/** Steps stand at the ends of buckets this long. */
const STEP_MS = 10 * SECOND;

/**
 * The values of one instance's steps as the points of a chart: of each of its buckets the value that came closest to
 * firing, so that what fired is seen to have crossed the threshold. Between steps a value stays, or grows by the second.
 */
export class ValueTrack {
  readonly #worst: (number | null)[];
  #value: number | null = null;
  /** Up to where the buckets are filled. */
  #at: number;

  constructor(
    private readonly span: Range & { stepMs: number },
    private readonly options: { above: boolean; grows: boolean },
  ) {
    this.#worst = Array(Math.ceil((span.to - span.from) / span.stepMs)).fill(null);
    this.#at = span.from;
  }

  /** The value of the step at `end`; with ascending ends. */
  note(end: number, value: number | null): void {
    this.#stay(end - STEP_MS);
    this.#value = value;
    this.#take(this.#index(end - 1), value);
    this.#at = Math.max(this.#at, end);
  }

  points(): Point[] {
    this.#stay(this.span.to);
    return this.#worst.map((value, index) => [this.span.from + index * this.span.stepMs, value]);
  }

  /** Fills the buckets up to `until` with the value there was. */
  #stay(until: number): void {
    const { from, stepMs } = this.span;
    while (this.#at < until) {
      const index = this.#index(this.#at);
      const next = Math.min(until, from + (index + 1) * stepMs);
      if (this.#value !== null && this.options.grows) this.#value += (next - this.#at) / SECOND;
      this.#take(index, this.#value);
      this.#at = next;
    }
  }

  #take(index: number, value: number | null): void {
    const known = this.#worst[index];
    if (value === null || known === undefined) return;
    const isWorse = known === null || (this.options.above ? value > known : value < known);
    if (isWorse) this.#worst[index] = value;
  }

  #index(at: number): number {
    return Math.floor((at - this.span.from) / this.span.stepMs);
  }
}
