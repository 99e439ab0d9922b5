import { eventsKeptFrom } from "@/lib/db/partitions";
import { DAY, HOUR } from "@/lib/domain/usage/duration";
import type { LimitMetric } from "@/lib/domain/usage/limit";
import {
  floorBucket,
  type Range,
  TIER_KEPT_MS,
  TIER_MS,
  type Tier,
  windowRangeAtEnd,
} from "@/lib/domain/usage/window";
import { type CountedLimit, countedLimits } from "../limits/measure";
import { readSeries } from "../usage/totals";
import { columnOf, readEventStreams } from "./event-stream";
import { Base } from "./history-base";
import { type LimitAmount, LimitSum } from "./limit-sum";
import { amountOf } from "./sums";
import { type Entry, STEP_MS, Track } from "./track";

/** The limits that keys have now, counted over stored use. */
export class LimitHistory extends Base<LimitAmount> {
  override readonly chunkMs = 7 * DAY;
  #limits: ReadonlyMap<number, readonly CountedLimit[]> = new Map();
  #metrics: LimitMetric[] = [];

  track(instance: string) {
    const members = this.context.fleet.members(this.rule.scope).get(instance) ?? [];
    const own = members.flatMap((id) => {
      const limits = this.#limits.get(id);
      return limits === undefined ? [] : [[id, limits] as const];
    });
    return new Track(this.rule, this.stateOf(instance), new LimitSum(this.rule, new Map(own)));
  }

  async prepare(): Promise<void> {
    const { client, forChart } = this.context;
    this.#limits = await countedLimits(client, this.keyIds, { advertised: forChart !== true });
    this.#metrics = [...new Set([...this.#limits.values()].flat().map((limit) => limit.metric))];
  }

  async before(first: number): Promise<void> {
    // A limit says something without any event too.
    for (const [instance, members] of this.context.fleet.members(this.rule.scope)) {
      if (this.wants(instance) && members.some((id) => this.#limits.has(id))) this.start(instance);
    }
    const windows = [...this.#limits.values()].flat().map(({ window }) => window);
    if (windows.length === 0) return;
    const begin = first - STEP_MS;
    const from = Math.min(...windows.map((window) => windowRangeAtEnd(window, first).from), begin);
    // Longer windows move by the minute, and what is older than minutes are kept by the hour.
    const exact = Math.max(from, begin - DAY);
    const kept = floorBucket(this.context.now - TIER_KEPT_MS.minute + HOUR, HOUR) + HOUR;
    const minutes = Math.min(exact, Math.max(from, kept));
    const parts = [
      await this.#readTotals({ from, to: minutes }, "hour"),
      await this.#readTotals({ from: minutes, to: floorBucket(exact, TIER_MS.minute) }, "minute"),
      await this.read({ from: floorBucket(exact, TIER_MS.minute), to: begin }),
    ];
    for (const take of parts) take();
  }

  async read(range: Range): Promise<() => void> {
    if (this.#limits.size === 0 || range.to <= range.from) return () => {};
    const { now, retentionDays, forChart } = this.context;
    if (forChart === true) {
      return this.#readTotals(range, range.from >= now - TIER_KEPT_MS["10s"] + HOUR ? "10s" : "minute");
    }
    if (range.from >= eventsKeptFrom(now, retentionDays)) return this.#readEvents(range);
    return this.#readTotals(range, "minute");
  }

  async #readTotals(range: Range, tier: Tier): Promise<() => void> {
    if (range.to <= range.from) return () => {};
    const filter = { keyIds: [...this.#limits.keys()] };
    const on = { ...range, tier, stepMs: TIER_MS[tier] };
    const series = await readSeries(this.context.client, on, { filter, group: "key" });
    return () =>
      this.#push(
        [...series].map(([group, points]) => {
          const keyId = Number(group);
          const entries = Array.from(points, ([bucket, totals]) => {
            const amounts = Object.fromEntries(this.#metrics.map((name) => [name, amountOf(name, totals)]));
            return { bucket, amount: { keyId, requests: totals.requests, amounts } };
          });
          return [keyId, entries];
        }),
      );
  }

  async #readEvents(range: Range): Promise<() => void> {
    const counted = this.#metrics.flatMap((name) => {
      const column = columnOf(name);
      return column === null ? [] : [{ name, column }];
    });
    const columns = counted.map(({ column }) => column);
    const options = { keyIds: [...this.#limits.keys()], cells: false };
    const streams = await readEventStreams(this.context.client, range, columns, options);
    return () =>
      this.#push(
        streams.map(({ cell: { keyId }, at, amounts }) => {
          const entries = Array.from(at, (instant, i) => {
            const one: Partial<Record<LimitMetric, number>> = { requests: 1 };
            counted.forEach(({ name }, column) => {
              one[name] = amounts[column]?.[i] ?? 0;
            });
            return { bucket: floorBucket(instant, STEP_MS), amount: { keyId, requests: 1, amounts: one } };
          });
          return [keyId, entries];
        }),
      );
  }

  #push(parts: readonly (readonly [keyId: number, entries: Entry<LimitAmount>[]])[]): void {
    this.push(parts.map(([keyId, entries]) => [this.route({ keyId, sourceId: 0, consumerId: 0 }), entries]));
  }
}
