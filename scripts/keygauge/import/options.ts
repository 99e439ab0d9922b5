import { parseArgs } from "node:util";
import { isTimeZone } from "@/lib/domain/usage/zone";
import type { ForeignFormat } from "@/lib/ingest/adapters/adapter";
import { ADAPTERS } from "@/lib/ingest/adapters/registry";
import { UsageError } from "../usage";
import { isNativeField } from "./fields";

export type FileFormat = "csv" | "ndjson" | ForeignFormat;

/** What `import` was asked to do. */
export interface ImportOptions {
  /** A path, or "-" for the standard input. */
  file: string;
  /** Null: as the file looks. */
  format: FileFormat | null;
  /** The name of a source. */
  source: string;
  /** Native field → column of a CSV file. */
  map: Map<string, string>;
  /** Native field → value for records that have none. */
  set: Map<string, string>;
  /** Null: as the first line looks. */
  delimiter: string | null;
  /** The zone of times without an offset; null when there may be none. */
  timeZone: string | null;
  /** Where every rejected line goes. */
  rejects: string | null;
}

const OPTIONS = {
  format: { type: "string" },
  source: { type: "string" },
  map: { type: "string", multiple: true },
  set: { type: "string", multiple: true },
  delimiter: { type: "string" },
  "time-zone": { type: "string" },
  rejects: { type: "string" },
} as const;

/** Throws UsageError, naming the option and what is expected. */
export function parseImportOptions(args: readonly string[]): ImportOptions {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  const [file, ...more] = positionals;
  if (file === undefined) throw new UsageError("import needs a file, or - for the standard input.");
  if (more.length > 0) throw new UsageError(`import takes one file at a time, got ${positionals.length}.`);
  return {
    file,
    format: formatOption(values.format),
    source: values.source ?? "import",
    map: new Map((values.map ?? []).flatMap(list).map((pair) => assignment("--map", "COLUMN", pair))),
    set: new Map((values.set ?? []).map((pair) => assignment("--set", "VALUE", pair))),
    delimiter: delimiterOption(values.delimiter),
    timeZone: zoneOption(values["time-zone"]),
    rejects: values.rejects ?? null,
  };
}

function formatOption(value: string | undefined): FileFormat | null {
  if (value === undefined || value === "auto") return null;
  const known: FileFormat[] = ["csv", "ndjson", ...ADAPTERS.map((adapter) => adapter.format)];
  const found = known.find((format) => format === value);
  if (found === undefined) throw new UsageError(`--format: expected auto, ${known.join(", ")}.`);
  return found;
}

/** Cuts `time=timestamp,key=api key, primary` at the commas that another field follows. */
const list = (pairs: string): string[] => pairs.split(/,(?=\s*[a-z_]+(?:\.[^=,]+)?=)/);

function assignment(option: string, what: string, pair: string): [string, string] {
  const [, field, value] = /^\s*([^=]+?)\s*=(.+)$/s.exec(pair) ?? [];
  if (field === undefined || value === undefined)
    throw new UsageError(`${option}: expected FIELD=${what}, such as ${option} ${EXAMPLES[what]}.`);
  if (!isNativeField(field))
    throw new UsageError(`${option}: an event has no field "${field}"; docs/gateways.md lists them.`);
  return [field, value];
}

const EXAMPLES: Record<string, string> = { COLUMN: "key=api_key", VALUE: "provider=openai" };

function delimiterOption(value: string | undefined): string | null {
  if (value === undefined) return null;
  const delimiter = value === "tab" || value === "\\t" ? "\t" : value;
  if (!/^[^\r\n"A-Za-z0-9]$/.test(delimiter))
    throw new UsageError("--delimiter: expected one character such as ; or the word tab.");
  return delimiter;
}

function zoneOption(value: string | undefined): string | null {
  if (value !== undefined && !isTimeZone(value))
    throw new UsageError("--time-zone: expected a time zone such as UTC or Europe/Berlin.");
  return value ?? null;
}
