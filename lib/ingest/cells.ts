import { MOST_SAMPLES } from "@/lib/db/tier-rows";
import { AMOUNT_COLUMNS, FAILURE_COLUMNS, isSparse } from "@/lib/db/usage-columns";
import { HOUR, MINUTE } from "@/lib/domain/usage/duration";
import { binLiteral, binOf } from "@/lib/domain/usage/histogram";
import { FINEST, floorBucket } from "@/lib/domain/usage/window";
import { bytesArray, plainArray, textArray } from "./array";
import type { CheckedEvent } from "./event";

const FAILURES = FAILURE_COLUMNS.length;

/**
 * What a batch adds to one row of a tier, or of two: the use of one key by one consumer through one source. Of most cells
 * the 10 s and the hour add the same, so one cell stands for both. Minutes are made of 10 s later, and written only of
 * what is too old for that tier.
 */
export interface Cell {
  keyId: number;
  /** Start of a 10 s bucket within the tiers' buckets, epoch ms. */
  bucket: number;
  sourceId: number;
  consumerId: number;
  requests: number;
  /** By outcome code from 1 on. */
  failures: number[];
  /** In the order of AMOUNT_COLUMNS. */
  amounts: number[];
  /** A bin of the latency histogram for each event that has a latency. */
  bins: number[];
  in10s: boolean;
  inMinute: boolean;
  inHour: boolean;
}

/** The oldest instants (epoch ms) that the finer tiers still take. */
export interface Horizon {
  oldest10s: number;
  oldestMinute: number;
}

export interface Cells {
  /** One for each key, 10 s bucket, source and consumer. */
  finest: Cell[];
  /** What the tiers' rows grow by. */
  rows: Cell[];
}

/** Adds up a batch. `consumerOf` and `sourceOf` give the ids of the i-th event. */
export function cellsOf(
  events: readonly CheckedEvent[],
  consumerOf: (event: CheckedEvent) => number,
  sourceOf: (i: number) => number,
  { oldest10s, oldestMinute }: Horizon,
): Cells {
  const finest = new Map<string, Cell>();
  events.forEach((event, i) => {
    const sourceId = sourceOf(i);
    const consumerId = consumerOf(event);
    const bucket = floorBucket(event.at, FINEST);
    const name = `${event.keyId}/${bucket}/${sourceId}/${consumerId}`;
    let cell = finest.get(name);
    if (cell === undefined) {
      cell = emptyCell(event.keyId, bucket, sourceId, consumerId);
      cell.in10s = bucket >= oldest10s;
      finest.set(name, cell);
    }
    count(cell, event);
  });
  const cells = [...finest.values()];
  const minutes = coarser(cells, MINUTE, "inMinute", ({ bucket, in10s }) => !in10s && bucket >= oldestMinute);
  const hours = coarser(cells, HOUR, "inHour", () => true);
  return { finest: cells, rows: [...cells, ...minutes, ...hours] };
}

function emptyCell(keyId: number, bucket: number, sourceId: number, consumerId: number): Cell {
  return {
    keyId,
    bucket,
    sourceId,
    consumerId,
    requests: 0,
    failures: [0, 0, 0, 0, 0, 0, 0],
    amounts: [0, 0, 0, 0],
    bins: [],
    in10s: false,
    inMinute: false,
    inHour: false,
  };
}

function count(cell: Cell, event: CheckedEvent): void {
  cell.requests += 1;
  if (event.outcome > 0) cell.failures[event.outcome - 1] = (cell.failures[event.outcome - 1] ?? 0) + 1;
  const { amounts } = cell;
  AMOUNTS.forEach((amount, i) => {
    const added = amount(event);
    if (added !== null) amounts[i] = (amounts[i] ?? 0) + added;
  });
  // As the database stores it: a latency at a bin's edge must fall into the same bin when it is counted from events.
  if (event.latencyMs !== null) cell.bins.push(binOf(Math.fround(event.latencyMs)));
}

const AMOUNT_OF: Record<(typeof AMOUNT_COLUMNS)[number], (event: CheckedEvent) => number | null> = {
  input_tokens: (event) => event.inputTokens,
  output_tokens: (event) => event.outputTokens,
  cached_tokens: (event) => event.cachedTokens,
  cost_micros: (event) => event.costMicros,
};
const AMOUNTS = AMOUNT_COLUMNS.map((name) => AMOUNT_OF[name]);

/**
 * Marks each cell that is alone in its bucket of a coarser tier as adding to that too; returns a sum for every bucket
 * that several cells share.
 */
function coarser(
  cells: readonly Cell[],
  size: number,
  tier: "inMinute" | "inHour",
  taken: (cell: Cell) => boolean,
): Cell[] {
  const sums = new Map<string, { first: Cell; sum: Cell | null }>();
  for (const cell of cells) {
    if (!taken(cell)) continue;
    const name = `${cell.keyId}/${floorBucket(cell.bucket, size)}/${cell.sourceId}/${cell.consumerId}`;
    const found = sums.get(name);
    if (found === undefined) {
      cell[tier] = true;
      sums.set(name, { first: cell, sum: null });
      continue;
    }
    if (found.sum === null) {
      const { first } = found;
      first[tier] = false;
      found.sum = emptyCell(first.keyId, first.bucket, first.sourceId, first.consumerId);
      found.sum[tier] = true;
      add(found.sum, first);
    }
    add(found.sum, cell);
  }
  return [...sums.values()].flatMap(({ sum }) => sum ?? []);
}

function add(sum: Cell, cell: Cell): void {
  sum.requests += cell.requests;
  for (let i = 0; i < FAILURES; i++) sum.failures[i] = (sum.failures[i] ?? 0) + (cell.failures[i] ?? 0);
  for (let i = 0; i < AMOUNTS.length; i++) sum.amounts[i] = (sum.amounts[i] ?? 0) + (cell.amounts[i] ?? 0);
  for (const bin of cell.bins) sum.bins.push(bin);
}

const stored = (column: string, sum = 0): number | null => (sum === 0 && isSparse(column) ? null : sum);

/** The cells as columns, in the order of CELL_COLUMNS; one at a time, as those of events. */
export function* cellColumns(cells: readonly Cell[]): Generator<Buffer | string> {
  yield plainArray("int8", cells, (cell) => cell.keyId);
  yield plainArray("int8", cells, (cell) => cell.bucket);
  yield plainArray("int4", cells, (cell) => cell.sourceId);
  yield plainArray("int4", cells, (cell) => cell.consumerId);
  for (const [i, name] of AMOUNT_COLUMNS.entries())
    yield plainArray("int8", cells, (cell) => stored(name, cell.amounts[i]));
  yield plainArray("int4", cells, (cell) => cell.requests);
  for (const [i, name] of FAILURE_COLUMNS.entries())
    yield plainArray("int4", cells, (cell) => stored(name, cell.failures[i]));
  yield textArray(cells, ({ bins }) => (bins.length > MOST_SAMPLES ? binLiteral(bins) : null));
  yield bytesArray(cells, ({ bins }, _, to) => {
    if (bins.length === 0 || bins.length > MOST_SAMPLES) return false;
    for (const bin of bins) to.byte(bin);
    return true;
  });
  yield plainArray("bool", cells, (cell) => cell.in10s);
  yield plainArray("bool", cells, (cell) => cell.inMinute);
  yield plainArray("bool", cells, (cell) => cell.inHour);
}

/** Names and types of the columns. */
export const CELL_COLUMNS: readonly (readonly [name: string, type: string])[] = [
  ["key_id", "int8"],
  ["bucket", "int8"],
  ["source_id", "int4"],
  ["consumer_id", "int4"],
  ...AMOUNT_COLUMNS.map((name) => [name, "int8"] as const),
  ["requests", "int4"],
  ...FAILURE_COLUMNS.map((name) => [name, "int4"] as const),
  ["latency", "numeric"],
  ["samples", "bytea"],
  ["in_10s", "bool"],
  ["in_minute", "bool"],
  ["in_hour", "bool"],
];
