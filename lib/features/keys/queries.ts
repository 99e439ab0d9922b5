import { hasTag, tagWords } from "@/lib/domain/usage/key-tags";
import { KEY_STATES, type KeyState } from "@/lib/domain/usage/state";
import { AppError, parse, parseQuery } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { measureLimits } from "../limits/measure";
import { memo } from "../memo";
import { decodeCursor, type Page, pageSchema, toPage } from "../page";
import { toKeyDto } from "./dto";
import { type KeyFigures, readFigures } from "./figures";
import { readFleet } from "./fleet";
import { readLately } from "./lately";
import { type Key, readKeyRows, toKey } from "./read";
import {
  type KeyDto,
  type KeyRowDto,
  type KeySort,
  type KeysFilter,
  keysQuerySchema,
  LATELY_SORTS,
} from "./schemas";

export interface KeyPage extends Page<KeyRowDto> {
  /** How many keys match, and how many of them come before this page. */
  total: number;
  offset: number;
  states: Record<KeyState, number>;
  at: number;
}

/** Stands after every headroom there is: keys without limits come last. */
const NO_LIMIT = 1e18;
/** Stands before every figure there is. */
const NO_FIGURE = -1;

type SortValue = (key: Key, figures: KeyFigures | undefined) => string | number;

const SORT_VALUES: Record<KeySort, SortValue> = {
  name: ({ row }) => (row.name ?? row.hint).toLowerCase(),
  provider: ({ row }) => row.provider,
  state: (key) => KEY_STATES.indexOf(key.status.state) * 10 + Math.min(5, Math.max(-4, headroomOf(key))),
  headroom: headroomOf,
  last_event_at: ({ row }) => row.latest_at ?? 0,
  created_at: ({ row }) => row.created_at,
  requests: (_, figures) => figures?.requests ?? 0,
  error_rate: (_, figures) => figures?.error_rate ?? NO_FIGURE,
  latency_p95: (_, figures) => figures?.latency_p95 ?? NO_FIGURE,
  cost_today: (_, figures) => figures?.cost_today_micros ?? 0,
};

function headroomOf({ tightest }: Key): number {
  return tightest === undefined ? NO_LIMIT : 1 - tightest.usedFraction;
}

/** Keys that match, how many do, and how many keys are in each state; `at` says how fresh it is, epoch ms. Throws `invalid` naming the parameter. */
export async function listKeys(input: Record<string, unknown>, now: number = Date.now()): Promise<KeyPage> {
  const query = parseQuery(keysQuerySchema, input);
  const { limit, cursor } = parse(pageSchema, input);
  if (cursor !== undefined && query.offset !== undefined) {
    const message = "expected either an offset or a cursor";
    throw new AppError("invalid", `offset: ${message}`, { issues: [{ path: "offset", message }] });
  }
  const { keys, sorted: all, compare, at } = await sortedKeys(query, now);
  let sorted = all.slice(query.offset ?? 0);
  if (cursor !== undefined) {
    const [value, id] = decodeCursor(cursor, 2);
    sorted = sorted.filter((entry) => compare(entry.at, [value ?? "", Number(id)]) > 0);
  }
  const page = toPage(
    sorted,
    limit,
    ({ key }): KeyRowDto => toKeyDto(key),
    (row) => row.at,
  );
  if (query.include === "lately") {
    const lately = await latelyOf(page.data, query.tz, now);
    page.data = page.data.map((row) => ({ ...row, lately: lately.get(Number(row.id)) ?? NOTHING_LATELY }));
  }
  const offset = all.length - sorted.length;
  return { ...page, total: all.length, offset, states: countStates(keys), at };
}

const NOTHING_LATELY = { requests: [], error_rate: null, latency_p95: null, cost_today_micros: 0 };

/** How the keys of a page did, shared by those who look at the same page. */
function latelyOf(rows: readonly KeyDto[], zone: string, now: number) {
  const ids = rows.map(({ id }) => Number(id));
  return memo(`lately ${zone} ${ids.join()}`, () => readLately(ids, zone, now));
}

/** All keys that match, in order; each with the value it is sorted by and its id. Throws nothing of its own. */
export async function sortedKeys(query: KeysFilter, now: number) {
  const sort = query.sort.replace("-", "") as KeySort;
  const [{ keys, at }, figures] = await Promise.all([
    readFleet(now),
    (LATELY_SORTS as readonly string[]).includes(sort) ? readFigures(query.tz, now) : null,
  ]);
  const descending = query.sort.startsWith("-");
  const sortValue = SORT_VALUES[sort];
  const compare = (a: readonly [string | number, number], b: readonly [string | number, number]) =>
    (descending ? -1 : 1) * order(a[0], b[0]) || a[1] - b[1];
  const sorted = keys
    .filter((key) => matches(key, query))
    .map((key) => ({
      key,
      at: [sortValue(key, figures?.get(key.row.id)), key.row.id] as [string | number, number],
    }))
    .sort((a, b) => compare(a.at, b.at));
  return { keys, sorted, compare, at };
}

/** Throws `not_found`. */
export async function getKey(id: string, now: number = Date.now()): Promise<KeyDto> {
  return toKeyDto(await readKey(id, now));
}

/** One key, read afresh. Throws `not_found`. */
export async function readKey(id: string, now: number): Promise<Key> {
  const { pool } = runtime().db;
  const number = keyIdOf(id);
  const [rows, limits] = await Promise.all([readKeyRows(pool, [number]), measureLimits(pool, [number], now)]);
  const row = rows[0];
  if (row === undefined) throw noKey(id);
  return toKey(row, limits.get(number) ?? [], now);
}

/** How many keys are in each state, retired ones left out. */
export function countStates(keys: readonly Key[]): Record<KeyState, number> {
  const counts = Object.fromEntries(KEY_STATES.map((state) => [state, 0])) as Record<KeyState, number>;
  for (const { row, status } of keys) if (row.retired_at === null) counts[status.state] += 1;
  return counts;
}

/** What keys can be filtered by beside their state. */
export async function keyFacets(now: number = Date.now()): Promise<{
  providers: string[];
  pools: { id: string; name: string; provider: string }[];
  /** "team=search", the most common first. */
  tags: string[];
  total: number;
  retired: number;
}> {
  const [{ keys }, { rows: pools }] = await Promise.all([
    readFleet(now),
    runtime().db.pool.query<{ id: string; name: string; provider: string }>(
      "SELECT id, name, provider FROM pool ORDER BY provider, name LIMIT 500",
    ),
  ]);
  const retired = keys.filter(({ row }) => row.retired_at !== null).length;
  return {
    providers: [...new Set(keys.map(({ row }) => row.provider))].filter((name) => name !== "").sort(),
    pools,
    tags: commonTags(keys),
    total: keys.length - retired,
    retired,
  };
}

const MOST_FACET_TAGS = 100;

function commonTags(keys: readonly Key[]): string[] {
  const counts = new Map<string, number>();
  for (const { row } of keys) {
    for (const [name, value] of Object.entries(row.tags)) {
      const tag = `${name}=${value}`;
      counts.set(tag, (counts.get(tag) ?? 0) + 1);
    }
  }
  const byCount = [...counts].sort(([a, many], [b, others]) => others - many || (a < b ? -1 : 1));
  return byCount.slice(0, MOST_FACET_TAGS).map(([tag]) => tag);
}

export const noKey = (id: string): AppError =>
  new AppError("not_found", `There is no key ${id.slice(0, 40)}.`);

/** The number behind a key's id in a path. Throws `not_found`, since no key can have another. */
export function keyIdOf(id: string): number {
  const number = /^[1-9]\d{0,15}$/.test(id) ? Number(id) : Number.NaN;
  if (!Number.isSafeInteger(number)) throw noKey(id);
  return number;
}

function matches({ row, status }: Key, query: KeysFilter): boolean {
  if ((row.retired_at !== null) !== (query.retired === "true")) return false;
  if (query.state.length > 0 && !query.state.includes(status.state)) return false;
  if (query.provider !== undefined && query.provider !== "" && row.provider !== query.provider) return false;
  if (query.pool !== undefined && query.pool !== "" && row.pool_id !== query.pool && row.pool !== query.pool)
    return false;
  if (!query.tag.every((asked) => hasTag(row.tags, asked))) return false;
  if (query.q === undefined || query.q === "") return true;
  const sought = query.q.toLowerCase();
  return [row.name, row.hint, row.provider, row.pool, String(row.id), tagWords(row.tags)].some(
    (text) => text?.toLowerCase().includes(sought) === true,
  );
}

function order(a: string | number, b: string | number): number {
  if (typeof a === typeof b) return a < b ? -1 : a > b ? 1 : 0;
  // A cursor of another sort: any order will do.
  return typeof a === "number" ? -1 : 1;
}
