import { AppError } from "@/lib/errors";
import { isObject } from "./fields";

/**
 * One record of a request: its JSON value, or why it is none (and in which field). `index` is its place in the request,
 * `given` what arrived where `value` was made from it. `once`: of several with its id the first within 24 h stands, also
 * when it has a time.
 */
export type RawRecord = { index: number; given?: unknown; once?: boolean } & (
  | { value: unknown }
  | { fault: string; field?: string }
);

/** Rejected records are cheap but not free: past this many a body holds no log of calls. */
export const MAX_RECORDS = 50_000;

const decoder = new TextDecoder("utf-8", { fatal: true });

/** The text of a body. Throws `bad_request` when it is not UTF-8. */
export function decodeText(body: Buffer): string {
  try {
    return decoder.decode(body);
  } catch (cause) {
    throw new AppError("bad_request", "The body is not UTF-8.", { cause });
  }
}

/**
 * The records of a gateway's body, whatever its content type says: an array, one object, objects one after the other with
 * or without space between, or one a line. A part that is not JSON is a rejected record and spoils no other. An object
 * that only wraps a list (`{"events": […]}`) is opened. Throws `too_large` past MAX_RECORDS.
 */
export function looseRecords(body: Buffer): RawRecord[] {
  let text: string;
  try {
    text = decodeText(body);
  } catch {
    return [{ index: 0, fault: "the body is not UTF-8" }];
  }
  if (text.trim() === "") return [];
  const whole = parse(text);
  if (whole !== undefined) return listed(values(whole.value));
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const byLine = records(lines);
  if (!text.trimStart().startsWith("{") || byLine.every((record) => "value" in record)) return byLine;
  // Where a line is whole, no object spans lines: a broken line must not swallow those after it.
  const someWhole = lines.some((line) => records(concatenated(line)).every(isWhole));
  return records(someWhole ? lines.flatMap(concatenated) : concatenated(text));
}

const isWhole = (record: RawRecord): boolean => "value" in record && isObject(record.value);

/** Values as records, in order. */
export function listed(all: readonly unknown[]): RawRecord[] {
  refuseTooMany(all.length);
  return all.map((value, index) => ({ index, value }));
}

/** The records, unless they are too many. */
export function bounded(all: RawRecord[]): RawRecord[] {
  refuseTooMany(all.length);
  return all;
}

function values(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value === "object" && value !== null && "events" in value) {
    const { events, ...rest } = value;
    if (Array.isArray(events) && Object.keys(rest).length === 0) return events;
  }
  return [value];
}

function records(parts: readonly string[]): RawRecord[] {
  refuseTooMany(parts.length);
  return parts.map((part, index) => {
    const parsed = parse(part);
    return parsed === undefined
      ? { index, fault: "this record is not JSON" }
      : { index, value: parsed.value };
  });
}

function parse(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

function refuseTooMany(count: number): void {
  if (count > MAX_RECORDS)
    throw new AppError("too_large", `At most ${MAX_RECORDS} records a request; this one has ${count}.`);
}

/** Cuts `{…}{…} {…}` at the braces of the outermost level. What stands between them is a part of its own. */
function concatenated(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  let quoted = false;
  const cut = (end: number) => {
    const part = text.slice(start, end).trim();
    if (part !== "") parts.push(part);
    start = end;
  };
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c === "\\") i++;
      else if (c === '"') quoted = false;
    } else if (c === '"') quoted = depth > 0;
    else if (c === "{") {
      if (depth === 0) cut(i);
      depth++;
    } else if (c === "}" && depth > 0) {
      depth--;
      if (depth === 0) cut(i + 1);
    }
  }
  cut(text.length);
  return parts;
}
