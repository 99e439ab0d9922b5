import { AppError } from "@/lib/errors";
import { claimant, recogniser } from "@/lib/ingest/adapters/registry";
import { isObject } from "@/lib/ingest/fields";
import { delimiterOf, rowsOf } from "./csv";
import type { Input } from "./input";
import type { Place } from "./lines";
import type { FileFormat, ImportOptions } from "./options";

/** What a file is, and where its records begin. */
export type Shape = { start: Place } & (
  | { format: "csv"; delimiter: string; header: readonly string[] }
  | { format: Exclude<FileFormat, "csv"> }
);

/**
 * The shape of a file by the options, its name and its beginning. Throws `bad_request` when it cannot be told, or when it is
 * in no form that can be read line by line.
 */
export async function shapeOf(
  { name, head }: Pick<Input, "name" | "head">,
  options: Pick<ImportOptions, "format" | "delimiter">,
): Promise<Shape> {
  const mark = head.subarray(0, 2).toString("hex");
  if (mark === "fffe" || mark === "feff")
    throw new AppError("bad_request", `${name} is UTF-16: save it as UTF-8 first.`);
  const start = { offset: head.subarray(0, 3).toString("hex") === "efbbbf" ? 3 : 0, line: 1 };
  const text = head.toString("utf8", start.offset);
  const format = options.format ?? formatOf(name, text);
  if (format !== "csv") return { format, start };
  const delimiter = options.delimiter ?? (/\.(tsv|tab)(\.gz)?$/i.test(name) ? "\t" : delimiterOf(text));
  for await (const [row] of rowsOf(only(head.subarray(start.offset)), delimiter, start)) {
    if (row !== undefined) return { format, delimiter, header: row.content, start: row.next };
  }
  throw new AppError("bad_request", `${name} is empty: a CSV file begins with the names of its columns.`);
}

function formatOf(name: string, text: string): FileFormat {
  if (/\.(csv|tsv|tab)(\.gz)?$/i.test(name)) return "csv";
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const [first] = lines;
  if (first === undefined) return "ndjson";
  if (!/^\s*[[{]/.test(first)) {
    if (first.split(delimiterOf(first)).length > 1) return "csv";
    throw new AppError("bad_request", `What ${name} holds cannot be told: say it with --format.`);
  }
  for (const line of lines.slice(0, 100)) {
    const known = knownFormat(line);
    if (known !== null) return known;
  }
  throw new AppError(
    "bad_request",
    `${name} does not hold one JSON record a line. If it is one document, jq -c '.[]' FILE cuts a list into lines.`,
  );
}

/** Null when the line is no JSON record. */
function knownFormat(line: string): FileFormat | null {
  try {
    const value: unknown = JSON.parse(line);
    const record: unknown = Array.isArray(value) ? value[0] : value;
    if (!isObject(record)) return null;
    const body = Buffer.from(line);
    const adapter = claimant({ path: "", header: () => undefined, body }) ?? recogniser(record);
    return adapter?.format ?? "ndjson";
  } catch {
    return null;
  }
}

async function* only(chunk: Buffer): AsyncGenerator<Buffer> {
  yield chunk;
}
