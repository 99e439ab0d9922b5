import { KEY_STATES, type KeyState } from "@/lib/domain/usage/state";
import { AppError, parse, parseQuery } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { measureLimits } from "../limits/measure";
import { decodeCursor, type Page, pageSchema, toPage } from "../page";
import { toKeyDto } from "./dto";
import { readFleet } from "./fleet";
import { type Key, readKeyRows, toKey } from "./read";
import { type KeyDto, type KeySort, type KeysQuery, keysQuerySchema } from "./schemas";

export interface KeyPage extends Page<KeyDto> {
  total: number;
  states: Record<KeyState, number>;
  at: number;
}

/** Stands after every headroom there is: keys without limits come last. */
const NO_LIMIT = 1e18;

const SORT_VALUES: Record<KeySort, (key: Key) => string | number> = {
  name: ({ row }) => (row.name ?? row.hint).toLowerCase(),
  provider: ({ row }) => row.provider,
  state: (key) => KEY_STATES.indexOf(key.status.state) * 10 + Math.min(5, Math.max(-4, headroomOf(key))),
  headroom: headroomOf,
  last_event_at: ({ row }) => row.latest_at ?? 0,
  created_at: ({ row }) => row.created_at,
};

function headroomOf({ tightest }: Key): number {
  return tightest === undefined ? NO_LIMIT : 1 - tightest.usedFraction;
}

/** Keys that match, how many do, and how many keys are in each state; `at` says how fresh it is, epoch ms. Throws `invalid` naming the parameter. */
export async function listKeys(input: Record<string, unknown>, now: number = Date.now()): Promise<KeyPage> {
  const query = parseQuery(keysQuerySchema, input);
  const { limit, cursor } = parse(pageSchema, input);
  const { keys, at } = await readFleet(now);
  const found = keys.filter((key) => matches(key, query));
  const descending = query.sort.startsWith("-");
  const sortValue = SORT_VALUES[query.sort.replace("-", "") as KeySort];
  const compare = (a: readonly [string | number, number], b: readonly [string | number, number]) =>
    (descending ? -1 : 1) * order(a[0], b[0]) || a[1] - b[1];
  let sorted = found
    .map((key) => ({ key, at: [sortValue(key), key.row.id] as [string | number, number] }))
    .sort((a, b) => compare(a.at, b.at));
  if (cursor !== undefined) {
    const [value, id] = decodeCursor(cursor, 2);
    sorted = sorted.filter(({ at }) => compare(at, [value ?? "", Number(id)]) > 0);
  }
  const page = toPage(
    sorted,
    limit,
    ({ key }) => toKeyDto(key),
    (row) => row.at,
  );
  return { ...page, total: found.length, states: countStates(keys), at };
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
    total: keys.length - retired,
    retired,
  };
}

export const noKey = (id: string): AppError =>
  new AppError("not_found", `There is no key ${id.slice(0, 40)}.`);

/** The number behind a key's id in a path. Throws `not_found`, since no key can have another. */
export function keyIdOf(id: string): number {
  const number = /^[1-9]\d{0,15}$/.test(id) ? Number(id) : Number.NaN;
  if (!Number.isSafeInteger(number)) throw noKey(id);
  return number;
}

function matches({ row, status }: Key, query: KeysQuery): boolean {
  if ((row.retired_at !== null) !== (query.retired === "true")) return false;
  if (query.state.length > 0 && !query.state.includes(status.state)) return false;
  if (query.provider !== undefined && query.provider !== "" && row.provider !== query.provider) return false;
  if (query.pool !== undefined && query.pool !== "" && row.pool_id !== query.pool && row.pool !== query.pool)
    return false;
  if (query.q === undefined || query.q === "") return true;
  const sought = query.q.toLowerCase();
  return [row.name, row.hint, row.provider, row.pool, String(row.id)].some(
    (text) => text?.toLowerCase().includes(sought) === true,
  );
}

function order(a: string | number, b: string | number): number {
  if (typeof a === typeof b) return a < b ? -1 : a > b ? 1 : 0;
  // A cursor of another sort: any order will do.
  return typeof a === "number" ? -1 : 1;
}
