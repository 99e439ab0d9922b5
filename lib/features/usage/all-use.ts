import { STEP_MS, STEP_TIER, type Step } from "@/lib/domain/usage/steps";
import { sumTotals, type UsageTotals } from "@/lib/domain/usage/totals";
import { ceilBucket, FINEST, floorBucket, type Range } from "@/lib/domain/usage/window";
import { type Runtime, runtime } from "@/lib/runtime";
import { readSeries } from "./totals";
import { type Reading, Touches } from "./touches";

/** Steps that a sum is made of. */
const PIECES = ["1h", "5m", "10s"] as const satisfies readonly Step[];
/** Past this many buckets of a step, those before the range that is asked for are let go. */
const MOST_KEPT = 2_000;

/**
 * What all keys used together, latencies left out. A bucket is read once and kept until something is added to it, so that
 * a chart of a day, or the day's sums, costs little more than the buckets that are new.
 */
class AllUse {
  readonly #owner: Runtime;
  /** By the bucket's start, epoch ms; null for one without use. */
  readonly #kept = new Map<Step, Map<number, UsageTotals | null>>();
  /** Where the latest of the kept buckets ends, epoch ms: nearly all that is committed is later. */
  #keptUntil = Number.NEGATIVE_INFINITY;
  readonly #touches: Touches;

  constructor(owner: Runtime) {
    this.#owner = owner;
    this.#touches = new Touches(owner, {
      touch: ({ deltas }) => {
        for (const { bucket } of deltas) this.#touch(bucket);
      },
      forget: () => this.#forget(),
    });
  }

  /** The buckets that have any use, by their start; the one in which the range ends as `readSeries` reads it. */
  async series(step: Step, { from, to }: Range): Promise<Map<number, UsageTotals>> {
    const stepMs = STEP_MS[step];
    const kept = this.#keptOf(step);
    const found = new Map<number, UsageTotals>();
    let next = floorBucket(from, stepMs);
    for (; next + stepMs <= to; next += stepMs) {
      const totals = kept.get(next);
      if (totals === undefined) break;
      if (totals !== null) found.set(next, totals);
    }
    if (next >= to) return found;
    const on = { tier: STEP_TIER[step], stepMs, from: next, to };
    const { data, meanwhile } = await this.#touches.during(() => readSeries(this.#owner.db.pool, on));
    const read = data.get(null) ?? new Map<number, UsageTotals>();
    this.#keep(step, on, read, meanwhile);
    for (const [at, totals] of read) found.set(at, totals);
    return found;
  }

  /** Whether the bucket that holds `at` is kept, so that a range from there on costs only what came since. */
  keeps(step: Step, at: number): boolean {
    return this.#kept.get(step)?.has(floorBucket(at, STEP_MS[step])) ?? false;
  }

  /** The sums of a range on the 10 s grid. */
  async totals(range: Range): Promise<UsageTotals> {
    const series = await Promise.all(pieces(range).map(([step, part]) => this.series(step, part)));
    return sumTotals(series.flatMap((part) => [...part.values()]));
  }

  #keep(
    step: Step,
    { from, to, stepMs }: Range & { stepMs: number },
    read: ReadonlyMap<number, UsageTotals>,
    { touched, lost }: Reading,
  ): void {
    if (lost) return;
    const kept = this.#keptOf(step);
    const open = new Set([...touched].map((at) => floorBucket(at, stepMs)));
    for (let at = from; at + stepMs <= to; at += stepMs) {
      if (open.has(at)) continue;
      kept.set(at, read.get(at) ?? null);
      this.#keptUntil = Math.max(this.#keptUntil, at + stepMs);
    }
    if (kept.size > MOST_KEPT) for (const at of kept.keys()) if (at < from) kept.delete(at);
  }

  #keptOf(step: Step): Map<number, UsageTotals | null> {
    const kept = this.#kept.get(step) ?? new Map<number, UsageTotals | null>();
    this.#kept.set(step, kept);
    return kept;
  }

  #touch(bucket: number): void {
    if (bucket < this.#keptUntil) {
      for (const [step, kept] of this.#kept) kept.delete(floorBucket(bucket, STEP_MS[step]));
    }
  }

  #forget(): void {
    this.#kept.clear();
    this.#keptUntil = Number.NEGATIVE_INFINITY;
  }
}

/** A range in the coarsest whole buckets that make it up. */
export function pieces({ from, to }: Range, steps: readonly Step[] = PIECES): [Step, Range][] {
  const [step, ...finer] = steps;
  if (step === undefined || from >= to) return [];
  const inner = { from: ceilBucket(from, STEP_MS[step]), to: floorBucket(to, STEP_MS[step]) };
  if (STEP_MS[step] === FINEST) return [[step, { from, to }]];
  if (inner.from >= inner.to) return pieces({ from, to }, finer);
  return [
    ...pieces({ from, to: inner.from }, finer),
    [step, inner],
    ...pieces({ from: inner.to, to }, finer),
  ];
}

let current: { owner: Runtime; all: AllUse } | undefined;

/** The use of all keys of this installation, as this process keeps it. */
export function allUse(): AllUse {
  const owner = runtime();
  if (current?.owner !== owner) current = { owner, all: new AllUse(owner) };
  return current.all;
}
