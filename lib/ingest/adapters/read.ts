import { isIP } from "node:net";
import { parseEventTime } from "@/lib/domain/usage/time";
import { type Fields, isObject } from "../fields";

// Gateways write numbers as strings, and nothing as "", "-" or null; what cannot be read is absent, never an error.

const NOTHING = new Set(["", "-", "null", "undefined", "none"]);

/** The value at a dotted path; names that contain dots themselves (`gen_ai.request.model`) are found too. */
export function at(record: unknown, path: string): unknown {
  if (Array.isArray(record)) {
    const [head = "", ...rest] = path.split(".");
    const item: unknown = /^\d+$/.test(head) ? record[Number(head)] : undefined;
    return rest.length === 0 ? item : at(item, rest.join("."));
  }
  if (!isObject(record)) return undefined;
  if (Object.hasOwn(record, path)) return record[path];
  for (let dot = path.indexOf("."); dot !== -1; dot = path.indexOf(".", dot + 1)) {
    const head = path.slice(0, dot);
    if (!Object.hasOwn(record, head)) continue;
    const found = at(record[head], path.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The object at a path, else an empty one. */
export function objectAt(record: unknown, path: string): Fields {
  const value = at(record, path);
  return isObject(value) ? value : {};
}

/** A text, trimmed; numbers become text; the first of a list counts. Undefined for nothing. */
export function text(value: unknown): string | undefined {
  const one: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof one === "number" || typeof one === "bigint") return String(one);
  if (typeof one !== "string") return undefined;
  const trimmed = one.trim();
  return NOTHING.has(trimmed.toLowerCase()) ? undefined : trimmed;
}

/** What `read` makes of the first of several paths where it finds something. */
export function firstOf<T>(
  record: unknown,
  read: (value: unknown) => T | undefined,
  ...paths: string[]
): T | undefined {
  for (const path of paths) {
    const found = read(at(record, path));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The first of several paths that holds a text. */
export const firstText = (record: unknown, ...paths: string[]): string | undefined =>
  firstOf(record, text, ...paths);

/** An object, also one that is written as JSON; else an empty one. */
export function embedded(value: unknown): Fields {
  if (isObject(value)) return value;
  if (typeof value !== "string" || !/^\s*\{/.test(value)) return {};
  try {
    const parsed: unknown = JSON.parse(value);
    return isObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

/**
 * A number of 0 or more, also from text. Of a list as nginx writes it for several upstreams (`"500, 200 : 200, 200"`) the
 * last. Negative numbers mean "not known" to every gateway that writes them.
 */
export function num(value: unknown): number | undefined {
  if (typeof value === "bigint") return num(Number(value));
  if (typeof value === "number") return Number.isFinite(value) && value >= 0 ? value : undefined;
  const written = text(value);
  if (written === undefined) return undefined;
  const last = written
    .split(/[,:\s]+/)
    .filter((part) => part !== "")
    .at(-1);
  return last !== undefined && /^\d+(\.\d+)?(e[+-]?\d+)?$/i.test(last) ? num(Number(last)) : undefined;
}

/** A whole number of 0 or more. */
export function int(value: unknown): number | undefined {
  const found = num(value);
  return found === undefined ? undefined : Math.round(found);
}

/** An HTTP status, or 0 for no response; anything else is not known. */
export function httpStatus(value: unknown): number | undefined {
  const found = num(value);
  if (found === undefined || !Number.isInteger(found)) return undefined;
  return found === 0 || (found >= 100 && found <= 599) ? found : undefined;
}

/** `value` times a factor, rounded to a thousandth: seconds or nanoseconds as milliseconds. */
export function scaled(value: unknown, factor: number): number | undefined {
  const found = num(value);
  return found === undefined ? undefined : Math.round(found * factor * 1e3) / 1e3;
}

const CLF_TIME = /^\[?(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d:\d\d:\d\d(?:\.\d{1,9})?) ([+-]\d\d:\d\d)$/;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/**
 * Epoch ms of a time as access logs write it: in any form that `timeOf` takes, with an offset without a colon, or in the
 * common log format. Undefined for anything else, and for times before 1973, which stand for none.
 */
export function instant(value: unknown): number | undefined {
  const written = timeOf(value)?.replace(/([+-]\d\d)(\d\d)\]?$/, "$1:$2");
  const [, day, month = "", year, clock, offset] = CLF_TIME.exec(written ?? "") ?? [];
  const time = parseEventTime(
    day === undefined
      ? written
      : `${year}-${String(MONTHS.indexOf(month) + 1).padStart(2, "0")}-${day}T${clock}${offset}`,
  );
  return time.ok && time.at > 1e11 ? time.at : undefined;
}

/** The first of several paths that holds a time; epoch ms. */
export const firstInstant = (record: unknown, ...paths: string[]): number | undefined =>
  firstOf(record, instant, ...paths);

export function bool(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  const written = text(value)?.toLowerCase();
  if (written === "true" || written === "1") return true;
  return written === "false" || written === "0" ? false : undefined;
}

/** A time as native events take it: a Unix time in any unit, or RFC 3339. A written time without an offset is UTC. */
export function timeOf(value: unknown): string | undefined {
  const written = text(value);
  return written !== undefined && /\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?$/.test(written) ? `${written}Z` : written;
}

const MAX_ERROR_BYTES = 8 * 1024;

/** An error body as native events carry it, 8 KiB at most: of a longer one the beginning, where its codes stand. */
export function errorBody(value: unknown): string | Fields | undefined {
  if (!isObject(value)) {
    const written = text(value);
    return written === undefined || Buffer.byteLength(written) <= MAX_ERROR_BYTES
      ? written
      : written.slice(0, MAX_ERROR_BYTES / 4);
  }
  const written = JSON.stringify(value);
  return Buffer.byteLength(written) <= MAX_ERROR_BYTES ? value : written.slice(0, MAX_ERROR_BYTES / 4);
}

/** An address without its port; the first of a forwarded list. Undefined for anything else. */
export function address(value: unknown): string | undefined {
  const first = text(value)?.split(",", 1)[0]?.trim();
  if (first === undefined) return undefined;
  const bare =
    /^\[(.+)\](?::\d+)?$/.exec(first)?.[1] ?? (/^[\d.]+:\d+$/.test(first) ? first.split(":", 1)[0] : first);
  return bare !== undefined && isIP(bare) !== 0 && !bare.includes("%") ? bare : undefined;
}

/** Response headers as native events carry them: lower-case names, the first of several values. */
export function headers(value: unknown): Record<string, string> | undefined {
  if (!isObject(value)) return undefined;
  const found: [string, string][] = [];
  for (const [name, given] of Object.entries(value)) {
    const one = text(given);
    if (one !== undefined && found.length < 200) found.push([name.toLowerCase(), one]);
  }
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

/** A path or URL as a route: the query goes with the checks that follow, the scheme and host here. */
export function routeOf(value: unknown): string | undefined {
  const written = text(value);
  if (written === undefined) return undefined;
  const path = written.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "");
  return path === "" ? "/" : path;
}

/** Those of the tags that have a value; undefined when none has. */
export function tagsFrom(named: Record<string, string | undefined>): Record<string, string> | undefined {
  const tags = Object.entries(named).filter((tag): tag is [string, string] => tag[1] !== undefined);
  return tags.length === 0 ? undefined : Object.fromEntries(tags);
}
