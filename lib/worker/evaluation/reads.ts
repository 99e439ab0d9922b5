import type pg from "pg";
import { isTransientDbError } from "@/lib/db/db";
import type { Rule } from "@/lib/domain/alerting/rule";
import { DAY } from "@/lib/domain/usage/duration";
import { addTotals, type UsageTotals, zeroTotals } from "@/lib/domain/usage/totals";
import type { Range } from "@/lib/domain/usage/window";
import { measureLimits } from "@/lib/features/limits/measure";
import type { Fleet } from "@/lib/features/rules/fleet";
import {
  isPercentile,
  needsCells,
  parseCell,
  readAddresses,
  readEventCells,
  readLatest,
} from "@/lib/features/rules/reading";
import { readTotals } from "@/lib/features/usage/totals";
import type { CellCache } from "./cell-cache";
import { KeySelection } from "./key-selection";

export interface ObserveContext {
  client: pg.Pool | pg.ClientBase;
  fleet: Fleet;
  now: number;
  /** How long events are kept, in days. */
  retentionDays: number;
  /** What earlier evaluations have read; it has to be told of every touch. */
  cache?: CellCache | undefined;
}

export type Read<T> = { ok: true; data: T } | { ok: false; error: string };

/** Queries under way at once, so that ingest keeps its connections. */
const MOST_QUERIES = 3;

export interface Cells {
  /** By key, where use need not be told apart further. */
  byKey: ReadonlyMap<number, UsageTotals>;
  byCell: ReadonlyMap<string | null, UsageTotals>;
  /** Sums over a list of keys, which several rules may want. */
  sums: Map<readonly number[], UsageTotals>;
}

/** The different reads of one evaluation. Each is done once, for all keys that anybody wants of it. */
export class Reads {
  readonly #wanted = new Map<
    string,
    { keys: KeySelection; read: (ids: number[] | undefined) => Promise<unknown> }
  >();
  readonly #results = new Map<string, Read<unknown>>();

  constructor(private readonly context: ObserveContext) {}

  totals(rule: Rule, range: Range, keys: (readonly number[])[]): () => Read<Cells> | undefined {
    const { client, now } = this.context;
    const latency = isPercentile(rule);
    const cells = needsCells(rule);
    const { tag } = rule.scope;
    const name = `totals ${range.from} ${range.to} ${latency} ${cells} ${tag ?? ""}`;
    return this.#want(name, keys, async (keyIds): Promise<Cells> => {
      if (tag !== undefined) {
        return cellsOf(
          summed(await readEventCells(client, range, DAY, { keyIds, tag, latency, cells })),
          cells,
        );
      }
      const read = (ids: number[] | undefined) =>
        readTotals(client, range, now, { filter: { keyIds: ids }, group: cells ? "cell" : "key", latency });
      const { cache, fleet } = this.context;
      return cellsOf(await (cache?.read(name, range.to, keyIds, fleet, read) ?? read(keyIds)), cells);
    });
  }

  addresses(rule: Rule, range: Range, keys: (readonly number[])[]) {
    const cells = needsCells(rule);
    const { tag } = rule.scope;
    return this.#want(`addresses ${range.from} ${range.to} ${cells} ${tag ?? ""}`, keys, (keyIds) =>
      readAddresses(this.context.client, range, DAY, { keyIds, tag, cells }),
    );
  }

  latest(rule: Rule, keys: (readonly number[])[]) {
    const { client, now, retentionDays } = this.context;
    const cells = needsCells(rule);
    const { tag } = rule.scope;
    if (!cells && tag === undefined)
      return this.#want("latest", keys, (keyIds) => readStatus(client, keyIds));
    const range = { from: now - retentionDays * DAY, to: now + DAY };
    return this.#want(`latest ${cells} ${tag ?? ""}`, keys, (keyIds) =>
      readLatest(client, range, { keyIds, tag, cells }),
    );
  }

  limits(keys: (readonly number[])[]) {
    const { client, now, fleet } = this.context;
    return this.#want("limits", keys, (ids) => measureLimits(client, ids ?? [...fleet.keys.keys()], now));
  }

  #want<T>(
    name: string,
    keys: (readonly number[])[],
    read: (ids: number[] | undefined) => Promise<T>,
  ): () => Read<T> | undefined {
    let wanted = this.#wanted.get(name);
    if (wanted === undefined) {
      wanted = { keys: new KeySelection(), read };
      this.#wanted.set(name, wanted);
    }
    for (const list of keys) wanted.keys.add(list);
    return () => this.#results.get(name) as Read<T> | undefined;
  }

  async run(): Promise<void> {
    const queue = [...this.#wanted];
    const work = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const [name, { keys, read }] = next;
        const ids = keys.resolve(this.context.fleet.keys.size);
        if (ids?.length === 0) continue;
        try {
          this.#results.set(name, { ok: true, data: await read(ids) });
        } catch (error) {
          if (isTransientDbError(error)) throw error;
          this.#results.set(name, {
            ok: false,
            error: error instanceof Error ? error.message : String(error),
          });
        }
      }
    };
    await Promise.all(Array.from({ length: MOST_QUERIES }, work));
  }
}

function cellsOf(byCell: ReadonlyMap<string | null, UsageTotals>, cells: boolean): Cells {
  const byKey = new Map<number, UsageTotals>();
  if (!cells) for (const [group, totals] of byCell) byKey.set(Number(group), totals);
  return { byKey, byCell, sums: new Map() };
}

async function readStatus(client: pg.Pool | pg.ClientBase, keyIds: number[] | undefined) {
  const { rows } = await client.query<{ key_id: number; at: number }>(
    `SELECT key_id, latest_mark / 8 AS at FROM key_status ${keyIds === undefined ? "" : "WHERE key_id = ANY($1::int8[])"}`,
    keyIds === undefined ? [] : [keyIds],
  );
  return rows.map(({ key_id, at }) => ({ cell: parseCell(String(key_id)), bucket: at, at }));
}

function summed(series: ReadonlyMap<string, ReadonlyMap<number, UsageTotals>>): Map<string, UsageTotals> {
  return mapValues(series, (points) => {
    const sum = zeroTotals();
    for (const totals of points.values()) addTotals(sum, totals);
    return sum;
  });
}

export function mapValues<K, A, B>(map: ReadonlyMap<K, A>, change: (value: A) => B): Map<K, B> {
  const changed = new Map<K, B>();
  for (const [key, value] of map) changed.set(key, change(value));
  return changed;
}
