import { once } from "node:events";
import { parse } from "csv-parse";
import { AppError } from "@/lib/errors";
import type { Piece, Place } from "./lines";

/** Past this many characters a row is no row: a quote was not closed. */
const MAX_ROW = 1024 * 1024;

/**
 * The rows of a CSV content that begins at `from`, as many together as a chunk completes. Empty lines are left out; rows
 * may have any number of cells. Throws `bad_request`, naming the line, when a quote is opened and not closed.
 */
export async function* rowsOf(
  chunks: AsyncIterable<Buffer>,
  delimiter: string,
  from: Place,
): AsyncGenerator<Piece<string[]>[]> {
  let rows: Piece<string[]>[] = [];
  let { line } = from;
  const parser = parse({
    delimiter,
    // Files that were put together have both.
    record_delimiter: ["\r\n", "\n"],
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: MAX_ROW,
    on_record(cells: string[], { bytes }) {
      const first = line;
      line += 1 + cells.reduce((sum, cell) => sum + lineEnds(cell), 0);
      if (cells.length > 1 || cells[0] !== "")
        rows.push({ line: first, content: cells, next: { offset: from.offset + bytes, line } });
      return null;
    },
  });
  // Each write and the end throw it themselves.
  parser.on("error", () => {});
  const completed = () => {
    const done = rows;
    rows = [];
    return done;
  };
  try {
    for await (const chunk of chunks) {
      await new Promise<void>((resolve, reject) => {
        parser.write(chunk, (error) => (error ? reject(error) : resolve()));
      });
      if (rows.length > 0) yield completed();
    }
    const ended = once(parser.resume(), "end");
    parser.end();
    await ended;
    if (rows.length > 0) yield completed();
  } catch (cause) {
    if (!(cause instanceof Error) || !("code" in cause) || !String(cause.code).startsWith("CSV_"))
      throw cause;
    if (rows.length > 0) yield completed();
    throw new AppError("bad_request", `Line ${line}: a quote is opened and not closed.`, { cause });
  } finally {
    parser.destroy();
  }
}

function lineEnds(cell: string): number {
  let count = 0;
  for (let at = cell.indexOf("\n"); at !== -1; at = cell.indexOf("\n", at + 1)) count += 1;
  return count;
}

const DELIMITERS = [",", ";", "\t", "|"];

/** What stands between the cells of a CSV text: of the usual ones that which its first line, the header, has most of. */
export function delimiterOf(text: string): string {
  const lines = text.replace(/"[^"]*"/g, "").split("\n");
  const header = lines.find((line) => line.trim() !== "") ?? "";
  const count = (delimiter: string) => header.split(delimiter).length;
  return DELIMITERS.reduce((best, one) => (count(one) > count(best) ? one : best));
}
