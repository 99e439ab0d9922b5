import { AppError } from "@/lib/errors";
import { contentId, type Occurrences } from "@/lib/ingest/content-id";
import type { RawRecord } from "@/lib/ingest/records";
import { fill, isNativeField } from "./fields";

/** Where the fields of an event stand in a row of `count` cells. */
export interface Columns {
  count: number;
  fields: readonly { field: string; at: number }[];
}

/** A header as the name of a field: "Client IP" is client_ip. */
const fieldName = (header: string) => header.toLowerCase().replace(/[\s-]+/g, "_");

/**
 * The columns of a header: by `map`, the rest by their own names. Throws `bad_request` when `map` names a column that is not
 * there, or a field's name stands twice. No message repeats a header: a file without one begins with data.
 */
export function columnsOf(header: readonly string[], map: ReadonlyMap<string, string>): Columns {
  const names = header.map((name) => name.trim());
  const mapped = [...map].map(([field, column]) => {
    const at = names.indexOf(column.trim());
    if (at === -1)
      throw new AppError(
        "bad_request",
        `--map ${field}=${column}: the first line has no column "${column}".`,
      );
    return { field, at };
  });
  const taken = new Set(mapped.map(({ at }) => at));
  const own = names
    // `tags.Environment` keeps the case of what stands behind the dot.
    .map((name, at) => ({ field: isNativeField(name) ? name : fieldName(name), at }))
    .filter(({ field, at }) => isNativeField(field) && !map.has(field) && !taken.has(at));
  const twice = own.find(({ field }, i) => own.findIndex((other) => other.field === field) !== i);
  if (twice !== undefined) {
    const { field } = twice;
    throw new AppError("bad_request", `Two columns are named ${field}: choose with --map ${field}=COLUMN.`);
  }
  return { count: header.length, fields: [...mapped, ...own] };
}

/** A row as a native event; one with more or fewer cells than its header is a fault. */
export function recordOf(
  cells: readonly string[],
  { count, fields }: Columns,
  line: number,
  occurrences: Occurrences,
): RawRecord {
  if (cells.length !== count) {
    const missing = fields.find(({ at }) => at >= cells.length)?.field;
    const fault = `the row has ${cells.length} cells, its header ${count}`;
    return { index: line, fault, ...(missing === undefined ? {} : { field: missing }) };
  }
  const record: Record<string, unknown> = {};
  for (const { field, at } of fields) fill(record, field, cells[at] ?? "");
  record.id ??= contentId(cells, occurrences);
  return { index: line, value: record };
}
