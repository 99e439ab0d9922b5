import { DAY, HOUR } from "@/lib/domain/usage/duration";
import type { UsageTotals } from "@/lib/domain/usage/totals";
import { floorBucket, type Range, TIER_KEPT_MS, TIER_MS, windowRangeAtEnd } from "@/lib/domain/usage/window";
import { type CountedLimit, countedLimits } from "../limits/measure";
import { readSeries } from "../usage/totals";
import { Base } from "./history-base";
import { type KeyAmounts, LimitSum } from "./limit-sum";
import { readEventCells } from "./reading";
import { STEP_MS, Track } from "./track";

/** The limits that keys have now, counted over stored use. */
export class LimitHistory extends Base<KeyAmounts> {
  #limits: ReadonlyMap<number, readonly CountedLimit[]> = new Map();

  track(instance: string) {
    const members = this.context.fleet.members(this.rule.scope).get(instance) ?? [];
    const own = members.flatMap((id) => {
      const limits = this.#limits.get(id);
      return limits === undefined ? [] : [[id, limits] as const];
    });
    return new Track(this.rule, this.stateOf(instance), new LimitSum(this.rule, new Map(own)));
  }

  async prepare(): Promise<void> {
    this.#limits = await countedLimits(this.context.client, this.keyIds);
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
    await this.#add({ from, to: minutes }, "hour");
    await this.#add({ from: minutes, to: floorBucket(exact, TIER_MS.minute) }, "minute");
    await this.read({ from: floorBucket(exact, TIER_MS.minute), to: begin });
  }

  async read(range: Range): Promise<void> {
    if (this.#limits.size === 0) return;
    const { now, retentionDays } = this.context;
    if (range.from >= now - TIER_KEPT_MS["10s"] + HOUR) return this.#add(range, "10s");
    if (range.from >= now - retentionDays * DAY) return this.#add(range, "events");
    return this.#add(range, "minute");
  }

  async #add(range: Range, source: "events" | "10s" | "minute" | "hour"): Promise<void> {
    if (range.to <= range.from) return;
    const { client } = this.context;
    const keyIds = [...this.#limits.keys()];
    const series =
      source === "events"
        ? await readEventCells(client, range, STEP_MS, { keyIds, latency: false, cells: false })
        : await readSeries(
            client,
            { ...range, tier: source, stepMs: TIER_MS[source] },
            { filter: { keyIds }, group: "key" },
          );
    const entries = new Map<string, Map<number, Map<number, UsageTotals>>>();
    for (const [group, points] of series) {
      const keyId = Number(group);
      const instance = this.route({ keyId, sourceId: 0, consumerId: 0 });
      if (instance === null) continue;
      const buckets = entries.get(instance) ?? new Map<number, Map<number, UsageTotals>>();
      entries.set(instance, buckets);
      for (const [bucket, totals] of points) {
        const amounts = buckets.get(bucket) ?? new Map<number, UsageTotals>();
        buckets.set(bucket, amounts.set(keyId, totals));
      }
    }
    this.push(entries);
  }
}
