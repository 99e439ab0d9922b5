import type pg from "pg";
import { failureCode } from "@/lib/db/usage-columns";
import { binOf } from "@/lib/domain/usage/histogram";
import { type MetricName, metric } from "@/lib/domain/usage/metric";
import { instantAt } from "@/lib/domain/usage/moment";
import type { Range } from "@/lib/domain/usage/window";
import { rowsWithin } from "../usage/totals";
import { type Cell, type EventFilter, eventConditions } from "./reading";
import { NO_ADDRESS, NO_LATENCY } from "./sums";

/** Some events of one key or cell: their instants, and what a rule or a limit counts of each. */
export interface EventStream {
  cell: Cell;
  /** Epoch ms, ascending. */
  at: Float64Array;
  /** By the columns that were asked for. */
  amounts: Float64Array[];
}

/** One number of each event, and how it comes out of the bytes that the database packs it into. */
export interface EventColumn {
  sql: string;
  read(bytes: Buffer, count: number): Float64Array;
}

const FAILED = "(e.outcome <> 0)::int4";
const THROTTLED = `(e.outcome IN (${failureCode("rate_limited")}, ${failureCode("quota_exhausted")}))::int4`;
const INTEGERS: Partial<Record<MetricName, string>> = {
  errors: FAILED,
  error_rate: FAILED,
  throttled: THROTTLED,
  throttle_rate: THROTTLED,
  input_tokens: "coalesce(e.input_tokens, 0)",
  output_tokens: "coalesce(e.output_tokens, 0)",
};
const LONG_INTEGERS: Partial<Record<MetricName, string>> = {
  total_tokens: "coalesce(e.input_tokens, 0)::int8 + coalesce(e.output_tokens, 0)",
  cost_usd: "coalesce(e.cost_micros, 0)",
};

/** What a metric counts of an event: null where the event itself, or its instant, is all. Costs are micro-USD. */
export function columnOf(name: MetricName): EventColumn | null {
  const integer = INTEGERS[name];
  if (integer !== undefined)
    return { sql: `int4send(${integer})`, read: each(4, (bytes, at) => bytes.readInt32BE(at)) };
  const long = LONG_INTEGERS[name];
  if (long !== undefined) return { sql: `int8send(${long})`, read: each(8, readInt64) };
  const { kind } = metric(name);
  if (kind === "percentile") {
    const bin = (bytes: Buffer, at: number) => {
      const ms = bytes.readFloatBE(at);
      return ms < 0 ? NO_LATENCY : binOf(ms);
    };
    return { sql: "float4send(coalesce(e.latency_ms, -1))", read: each(4, bin) };
  }
  return kind === "distinct" ? addressColumn() : null;
}

function each(width: number, pick: (bytes: Buffer, at: number) => number): EventColumn["read"] {
  return (bytes, count) => {
    const amounts = new Float64Array(count);
    for (let i = 0; i < count; i++) amounts[i] = pick(bytes, i * width);
    return amounts;
  };
}

/** Whole numbers that a double holds exactly. */
function readInt64(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4);
}

/** Addresses as numbers, the same ones as long as the column is kept. */
function addressColumn(): EventColumn {
  const numbers = new Map<string, number>();
  const read = (bytes: Buffer, count: number) => {
    const amounts = new Float64Array(count);
    for (let i = 0, at = 0; i < count; i++) {
      // Postgres writes family, prefix, a zero, the address's length, and the address.
      const end = at + 4 + (bytes[at + 3] as number);
      const address = bytes.toString("latin1", at, end);
      const isNone = end === at + 4;
      let number = isNone ? NO_ADDRESS : numbers.get(address);
      if (number === undefined) {
        number = numbers.size + 1;
        numbers.set(address, number);
      }
      amounts[i] = number;
      at = end;
    }
    return amounts;
  };
  return { sql: "coalesce(inet_send(e.client_ip), '\\x00000000'::bytea)", read };
}

/**
 * The events of a range, by key or by cell. A month of them is millions: the database packs those of a key into a few
 * strings of bytes, so that neither side makes a row of each.
 */
export async function readEventStreams(
  client: pg.Pool | pg.ClientBase,
  range: Range,
  columns: readonly EventColumn[],
  options: EventFilter & { cells: boolean },
): Promise<EventStream[]> {
  if (range.to <= range.from || options.within?.length === 0) return [];
  const values: unknown[] = [];
  const from =
    options.within === undefined
      ? "usage_event e"
      : rowsWithin({ table: "usage_event", column: "moment", alias: "e", range }, options.within, values);
  const cell = options.cells ? "e.key_id, e.source_id, e.consumer_id" : "e.key_id";
  const packed = ["int8send(e.moment)", ...columns.map(({ sql }) => sql)];
  const { rows } = await client.query<(number | Buffer)[]>({
    text: `SELECT ${packed.map((sql) => `string_agg(${sql}, ''::bytea)`).join(", ")}, ${cell}
             FROM ${from} WHERE ${eventConditions(range, options, values)} GROUP BY ${cell}`,
    values,
    rowMode: "array",
  });
  return rows.map((row) => {
    const moments = row[0] as Buffer;
    const count = moments.length / 8;
    const at = new Float64Array(count);
    for (let i = 0; i < count; i++) at[i] = instantAt(moments, i * 8);
    const amounts = columns.map((column, i) => column.read(row[1 + i] as Buffer, count));
    const [keyId, sourceId = 0, consumerId = 0] = row.slice(1 + columns.length) as number[];
    return { cell: { keyId: keyId as number, sourceId, consumerId }, ...sorted(at, amounts) };
  });
}

/** Aggregates come in any order: those of parallel workers, and of partitions. */
function sorted(at: Float64Array, amounts: Float64Array[]): { at: Float64Array; amounts: Float64Array[] } {
  let isSorted = true;
  for (let i = 1; i < at.length && isSorted; i++) isSorted = (at[i - 1] as number) <= (at[i] as number);
  if (isSorted) return { at, amounts };
  const order = new Uint32Array(at.length).map((_, i) => i);
  order.sort((a, b) => (at[a] as number) - (at[b] as number));
  const pick = (from: Float64Array) => Float64Array.from(order, (i) => from[i] as number);
  return { at: pick(at), amounts: amounts.map(pick) };
}
