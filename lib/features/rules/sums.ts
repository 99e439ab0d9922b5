import type { Rule } from "@/lib/domain/alerting/rule";
import { SECOND } from "@/lib/domain/usage/duration";
import { addToBin, type Histogram, quantile } from "@/lib/domain/usage/histogram";
import { emptyValue, metric, metricValue, PERCENTILES, type TotalsMetric } from "@/lib/domain/usage/metric";
import { addTotals, subtractTotals, type UsageTotals, zeroTotals } from "@/lib/domain/usage/totals";

/** What a window adds up of its entries, and what the rule reads of it at a step's end. */
export interface Sum<T> {
  add(amount: T, bucket: number): void;
  remove(amount: T): void;
  clear(): void;
  value(end: number): number | null;
  requests(): number;
  /** Where the sum keeps windows of its own: the first step after `end` at which one of them changes; null for none. */
  changesAt?(end: number): number | null;
}

/** Rules on what totals tell. */
export class TotalsSum implements Sum<UsageTotals> {
  #totals = zeroTotals();

  constructor(private readonly rule: Rule) {}

  add(amount: UsageTotals): void {
    addTotals(this.#totals, amount);
  }

  remove(amount: UsageTotals): void {
    subtractTotals(this.#totals, amount);
  }

  clear(): void {
    this.#totals = zeroTotals();
  }

  value(): number | null {
    const { metric: name } = this.rule;
    return this.#totals.requests === 0 ? emptyValue(name) : metricValue(name as TotalsMetric, this.#totals);
  }

  requests(): number {
    return this.#totals.requests;
  }
}

/** Sums that are made of single events, an amount each. */
export interface EventSum extends Sum<number> {
  /** What the window held before the first event, and does not lose on the way. */
  open(totals: UsageTotals): void;
}

/** Sums and ratios: an amount counts the event's part, such as its tokens, or 1 for an error. */
export class AmountSum implements EventSum {
  #requests = 0;
  #amount = 0;
  readonly #isRatio: boolean;

  constructor(private readonly name: TotalsMetric) {
    this.#isRatio = metric(name).kind === "ratio";
  }

  open(totals: UsageTotals): void {
    this.#requests += totals.requests;
    this.#amount += amountOf(this.name, totals);
  }

  add(amount: number): void {
    this.#requests += 1;
    this.#amount += amount;
  }

  remove(amount: number): void {
    this.#requests -= 1;
    this.#amount -= amount;
  }

  clear(): void {
    this.#requests = 0;
    this.#amount = 0;
  }

  value(): number | null {
    if (this.#isRatio) return this.#requests === 0 ? null : this.#amount / this.#requests;
    return this.name === "cost_usd" ? this.#amount / 1e6 : this.#amount;
  }

  requests(): number {
    return this.#requests;
  }
}

/** What an `AmountSum` of these totals' events would hold. */
export function amountOf(name: TotalsMetric, totals: UsageTotals): number {
  if (name === "cost_usd") return totals.costMicros;
  const value = metricValue(name, totals) ?? 0;
  return metric(name).kind === "ratio" ? Math.round(value * totals.requests) : value;
}

/** The amount of an event without a latency. */
export const NO_LATENCY = -1;

/** Percentiles: an amount is the bin of the event's latency. */
export class LatencySum implements EventSum {
  #requests = 0;
  #bins: Histogram = [];

  constructor(private readonly name: keyof typeof PERCENTILES) {}

  open(totals: UsageTotals): void {
    this.#requests += totals.requests;
    for (let bin = 0; bin < totals.latency.length; bin++) addToBin(this.#bins, bin, totals.latency[bin] ?? 0);
  }

  add(bin: number): void {
    this.#requests += 1;
    if (bin !== NO_LATENCY) addToBin(this.#bins, bin, 1);
  }

  remove(bin: number): void {
    this.#requests -= 1;
    if (bin !== NO_LATENCY) addToBin(this.#bins, bin, -1);
  }

  clear(): void {
    this.#requests = 0;
    this.#bins = [];
  }

  value(): number | null {
    return quantile(this.#bins, PERCENTILES[this.name]);
  }

  requests(): number {
    return this.#requests;
  }
}

/** The amount of an event without an address. */
export const NO_ADDRESS = 0;

/** Rules on distinct addresses: amounts are the addresses' numbers, small and from 1 on. */
export class AddressSum implements EventSum {
  readonly #counts: number[] = [];
  #distinct = 0;
  #requests = 0;

  open(): void {}

  add(address: number): void {
    this.#requests += 1;
    if (address === NO_ADDRESS) return;
    const count = this.#counts[address] ?? 0;
    if (count === 0) this.#distinct += 1;
    this.#counts[address] = count + 1;
  }

  remove(address: number): void {
    this.#requests -= 1;
    if (address === NO_ADDRESS) return;
    const count = (this.#counts[address] ?? 0) - 1;
    if (count === 0) this.#distinct -= 1;
    this.#counts[address] = count;
  }

  clear(): void {
    this.#counts.length = 0;
    this.#distinct = 0;
    this.#requests = 0;
  }

  value(): number | null {
    return this.#distinct === 0 ? null : this.#distinct;
  }

  requests(): number {
    return this.#requests;
  }
}

/** Rules on the time since the last event; amounts are instants. */
export class LatestSum implements EventSum {
  #latest: number | null = null;

  open(): void {}

  add(at: number): void {
    this.#latest = Math.max(this.#latest ?? at, at);
  }

  remove(): void {}
  clear(): void {}

  value(end: number): number | null {
    return this.#latest === null ? null : Math.max(0, end - this.#latest) / SECOND;
  }

  requests(): number {
    return Number.MAX_SAFE_INTEGER;
  }
}
