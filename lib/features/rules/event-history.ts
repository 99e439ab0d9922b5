import type pg from "pg";
import { eventsKeptFrom } from "@/lib/db/partitions";
import { DAY, HOUR, MINUTE } from "@/lib/domain/usage/duration";
import { metric, type PERCENTILES, type TotalsMetric } from "@/lib/domain/usage/metric";
import type { UsageTotals } from "@/lib/domain/usage/totals";
import { floorBucket, type Range, windowRangeAtEnd } from "@/lib/domain/usage/window";
import { readSeries, readTotals } from "../usage/totals";
import { columnOf, type EventStream, readEventStreams } from "./event-stream";
import { Base } from "./history-base";
import { findLoud, type Loud } from "./loud";
import { parseCell, readLatest, readLatestOfKeys } from "./reading";
import { AddressSum, AmountSum, amountOf, type EventSum, LatencySum, LatestSum, NO_LATENCY } from "./sums";
import { type Entry, STEP_MS, Track } from "./track";

/** More stored events than these are not read before coarse totals have said where to look. */
const READ_WHOLE = 3_000_000;

/** Rules whose use is read from the events themselves: in back-tests, and those on tags, addresses and ages. */
export class EventHistory extends Base<number> {
  override readonly chunkMs = 7 * DAY;
  readonly #column = columnOf(this.rule.metric);
  #loud: Loud | null = null;

  track(instance: string) {
    const track = new Track(this.rule, this.stateOf(instance), this.#sum());
    if (this.#loud !== null) track.active = this.#loud.active.get(instance) ?? [];
    return track;
  }

  #sum(): EventSum {
    const { kind, name } = metric(this.rule.metric);
    if (kind === "distinct") return new AddressSum();
    if (kind === "age") return new LatestSum();
    if (kind === "percentile") return new LatencySum(name as keyof typeof PERCENTILES);
    return new AmountSum(name as TotalsMetric);
  }

  async prepare(first: number, last: number): Promise<void> {
    const { effectsOnly, client, readWhole = READ_WHOLE } = this.context;
    if (effectsOnly !== true || (await storedEvents(client)) <= readWhole) return;
    this.#loud = await findLoud(this.rule, { from: first - STEP_MS, to: last }, this.context);
  }

  async before(first: number): Promise<void> {
    const begin = first - STEP_MS;
    const { kind } = metric(this.rule.metric);
    if (kind === "age") return this.#openAges(begin);
    const { window } = this;
    const { now, retentionDays } = this.context;
    let { from } = windowRangeAtEnd(window, first);
    if (kind !== "distinct" && this.rule.scope.tag === undefined) {
      // Of what is older than events are kept, and of a calendar's period, totals tell enough.
      const until =
        window.kind === "calendar" ? floorBucket(begin, HOUR) : eventsKeptFrom(now, retentionDays);
      if (from < until) {
        const totals = { from, to: Math.min(until, begin) };
        await (window.kind === "calendar" ? this.#openPeriod(totals) : this.#openMinutes(totals));
        from = totals.to;
      }
    }
    (await this.read({ from, to: begin }))();
  }

  /** A period loses nothing until it ends. */
  async #openPeriod(range: Range): Promise<void> {
    const { client, now } = this.context;
    for (const [cell, totals] of await readTotals(client, range, now, this.#options())) {
      const instance = cell === null ? null : this.route(parseCell(cell));
      if (instance !== null) this.start(instance).open((sum) => (sum as EventSum).open(totals));
    }
  }

  async #openMinutes(range: Range): Promise<void> {
    const on = { ...range, tier: "minute" as const, stepMs: MINUTE };
    const series = await readSeries(this.context.client, on, this.#options());
    this.push(
      [...series].map(([cell, minutes]) => {
        const entries: Entry<number>[] = [];
        for (const [bucket, totals] of minutes)
          for (const amount of amountsOf(this.rule.metric as TotalsMetric, totals))
            entries.push({ bucket, amount });
        return [cell === null ? null : this.route(parseCell(cell)), entries];
      }),
    );
  }

  #options() {
    const group = this.cells ? ("cell" as const) : ("key" as const);
    const latency = metric(this.rule.metric).kind === "percentile";
    return { filter: { keyIds: this.keyIds }, group, latency };
  }

  /** The latest event before the first step, however long ago. */
  async #openAges(begin: number): Promise<void> {
    const { now, retentionDays, client } = this.context;
    const range = { from: now - (retentionDays + 1) * DAY, to: begin };
    if (range.to <= range.from) return;
    const { tag } = this.rule.scope;
    const { keyIds, cells } = this;
    const found =
      cells || tag !== undefined
        ? await readLatest(client, range, { keyIds, tag, cells })
        : await readLatestOfKeys(client, range, keyIds);
    for (const { cell, at } of found) {
      const instance = this.route(cell);
      if (instance !== null) this.start(instance).open((sum) => sum.add(at, at));
    }
  }

  async read(range: Range): Promise<() => void> {
    const options = {
      keyIds: this.keyIds,
      tag: this.rule.scope.tag,
      cells: this.cells,
      within: this.#within(range),
    };
    const columns = this.#column === null ? [] : [this.#column];
    const streams = await readEventStreams(this.context.client, range, columns, options);
    return () => this.push(streams.map((stream) => [this.route(stream.cell), this.#entriesOf(stream)]));
  }

  #entriesOf({ at, amounts }: EventStream): Entry<number>[] {
    const isAge = metric(this.rule.metric).kind === "age";
    const [column] = amounts;
    return Array.from(at, (instant, i) => ({
      bucket: floorBucket(instant, STEP_MS),
      amount: isAge ? instant : (column?.[i] ?? 1),
    }));
  }

  #within({ from, to }: Range) {
    return this.#loud?.reads
      .filter((span) => span.from < to && from < span.to)
      .map(({ keyId, ...span }) => ({ keyId, from: Math.max(from, span.from), to: Math.min(to, span.to) }));
  }
}

/** The amounts that as many events would have had, as far as sums, ratios and percentiles can tell. */
function amountsOf(name: TotalsMetric, totals: UsageTotals): number[] {
  const amounts: number[] = Array(totals.requests).fill(metric(name).kind === "percentile" ? NO_LATENCY : 0);
  if (metric(name).kind === "percentile") {
    let i = 0;
    totals.latency.forEach((count, bin) => {
      amounts.fill(bin, i, i + count);
      i += count;
    });
  } else if (name === "requests") amounts.fill(1);
  else amounts[0] = amountOf(name, totals);
  return amounts;
}

/** As Postgres estimates them: nothing is counted. */
async function storedEvents(client: pg.Pool): Promise<number> {
  const { rows } = await client.query<{ events: number }>(
    `SELECT coalesce(sum(greatest(c.reltuples, 0)), 0)::float8 AS events
       FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'usage_event'::regclass`,
  );
  return rows[0]?.events ?? 0;
}
