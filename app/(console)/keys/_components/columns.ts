import type { KeySort } from "@/lib/features/keys/schemas";

export type ColumnId =
  | "state"
  | "headroom"
  | "when"
  | "rate"
  | "errors"
  | "p95"
  | "cost"
  | "pool"
  | "tags"
  | "last_event"
  | "added";

export type Column = { id: ColumnId; label: string; sort?: KeySort; numeric?: boolean };

/** What the table of keys can show beside the name, in this order. */
export const COLUMNS: readonly Column[] = [
  { id: "state", label: "State", sort: "state" },
  { id: "headroom", label: "Headroom", sort: "headroom" },
  { id: "when", label: "Dry at · resets at" },
  { id: "rate", label: "Rate, 1 h", sort: "requests" },
  { id: "errors", label: "Errors, 1 h", sort: "error_rate", numeric: true },
  { id: "p95", label: "p95, 1 h", sort: "latency_p95", numeric: true },
  { id: "cost", label: "Cost today", sort: "cost_today", numeric: true },
  { id: "pool", label: "Pool" },
  { id: "tags", label: "Tags" },
  { id: "last_event", label: "Last event", sort: "last_event_at", numeric: true },
  { id: "added", label: "Added", sort: "created_at", numeric: true },
];

const USUAL: readonly ColumnId[] = ["state", "headroom", "when", "rate", "errors", "p95", "cost"];
const NONE = "none";

/** The columns that an address names in `cols`; what it does not know is passed over. */
export function columnsOf(cols: string | null): Column[] {
  const wanted = cols === null ? USUAL : cols.split(".");
  return COLUMNS.filter(({ id }) => (wanted as readonly string[]).includes(id));
}

/** `cols` with one column switched; null when these are the usual ones, which the address need not name. */
export function withColumn(cols: string | null, id: ColumnId): string | null {
  const shown = columnsOf(cols).map((column) => column.id);
  const wanted = shown.includes(id) ? shown.filter((other) => other !== id) : [...shown, id];
  const next = COLUMNS.map((column) => column.id).filter((one) => wanted.includes(one));
  if (next.join() === USUAL.join()) return null;
  return next.length === 0 ? NONE : next.join(".");
}

/** What reads best first is first: names from A, states from the worst; the latest, the most and the slowest. */
const MOST_FIRST = new Set<KeySort>([
  "last_event_at",
  "created_at",
  "requests",
  "error_rate",
  "latency_p95",
  "cost_today",
]);

/** The two orders of a column, the one that a first click gives first. */
export const ordersOf = (sort: KeySort): readonly [string, string] =>
  MOST_FIRST.has(sort) ? [`-${sort}`, sort] : [sort, `-${sort}`];
