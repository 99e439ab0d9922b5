import { AppError } from "@/lib/errors";
import type { IngestSource } from "@/lib/features/tokens/lookup";
import { contentId, type Occurrences } from "@/lib/ingest/content-id";
import { isObject } from "@/lib/ingest/fields";
import { openForeign } from "@/lib/ingest/foreign";
import { looseRecords, type RawRecord } from "@/lib/ingest/records";
import { type Columns, columnsOf, recordOf } from "./columns";
import { rowsOf } from "./csv";
import { fill } from "./fields";
import type { Shape } from "./format";
import type { Input } from "./input";
import { linesOf, type Piece, type Place } from "./lines";
import type { ImportOptions } from "./options";
import { importedTime, ZONELESS } from "./time";

export type ImportSource = Pick<IngestSource, "id" | "keyFrom">;

/**
 * What reads the records of a file from a place on. Each has an id; the index of each is the number of its line. Throws
 * `bad_request` at once when a CSV file has no column for a field that every event needs.
 */
export function recordReader(
  input: Input,
  shape: Shape,
  options: Pick<ImportOptions, "map" | "set" | "timeZone">,
  source: ImportSource,
  occurrences: Occurrences,
): (from: Place) => AsyncIterable<Piece<RawRecord[]>[]> {
  const finish = (record: RawRecord) => finished(record, options);
  if (shape.format === "csv") {
    const columns = columnsOf(shape.header, options.map);
    requireColumn(columns, "key", "NAME", options.set);
    requireColumn(columns, "time", "TIME", options.set);
    return (from) =>
      each(rowsOf(input.read(from.offset), shape.delimiter, from), (cells, line) => [
        finish(recordOf(cells, columns, line, occurrences)),
      ]);
  }
  const { format } = shape;
  if (options.map.size > 0) throw new AppError("bad_request", "--map names the columns of a CSV file.");
  const records = (body: Buffer): RawRecord[] => {
    if (format === "ndjson") return looseRecords(body).map((record) => withId(record, occurrences));
    const header = (name: string) => (name === "content-type" ? "application/json" : undefined);
    const own = { ...source, signingSecret: null };
    return openForeign(format, { path: "", header, body }, own, occurrences).records;
  };
  return (from) =>
    each(linesOf(input.read(from.offset), from), (body, line) =>
      guarded(body, records).map((record) => finish({ ...record, index: line })),
    );
}

function requireColumn(
  { fields }: Columns,
  field: string,
  example: string,
  set: ReadonlyMap<string, string>,
): void {
  if (set.has(field) || fields.some((column) => column.field === field)) return;
  throw new AppError(
    "bad_request",
    `No column is the ${field}: name one with --map ${field}=COLUMN, or give one to all rows with --set ${field}=${example}.`,
  );
}

async function* each<T>(
  pieces: AsyncIterable<Piece<T>[]>,
  read: (content: T, line: number) => RawRecord[],
): AsyncGenerator<Piece<RawRecord[]>[]> {
  for await (const group of pieces)
    yield group.map(({ line, content, next }) => ({ line, content: read(content, line), next }));
}

/** What is wrong with a line as a whole spoils no other. */
function guarded(body: Buffer | null, records: (body: Buffer) => RawRecord[]): RawRecord[] {
  if (body === null) return [{ index: 0, fault: "the line is longer than 16 MiB" }];
  try {
    return records(body);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [{ index: 0, fault: error.message }];
  }
}

function withId(record: RawRecord, occurrences: Occurrences): RawRecord {
  if ("fault" in record || !isObject(record.value) || record.value.id != null) return record;
  return { ...record, value: { ...record.value, id: contentId(record.value, occurrences) } };
}

/** With what the options give to all, and a time that was written without its zone. */
function finished(record: RawRecord, { set, timeZone }: Pick<ImportOptions, "set" | "timeZone">): RawRecord {
  if ("fault" in record || !isObject(record.value)) return record;
  const value = { ...record.value };
  for (const [field, text] of set) fill(value, field, text);
  const { index } = record;
  if (value.time == null)
    return { index, field: "time", fault: "is required; --set time=TIME gives one to those without" };
  const time = importedTime(value.time, timeZone);
  return time === null ? { index, field: "time", fault: ZONELESS } : { index, value: { ...value, time } };
}
