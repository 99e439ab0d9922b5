import { isIP } from "node:net";

/** Thrown inside the checks of one event; becomes its rejection. */
export class FieldError extends Error {
  constructor(
    readonly field: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * What is wrong with a record, of whatever its checks threw. Nesting that no call has, which uses up the stack, is a fault
 * of the record too; any other error is thrown on.
 */
export function faultOf(error: unknown): FieldError {
  if (error instanceof FieldError) return error;
  if (error instanceof RangeError && /call stack/.test(error.message)) {
    return new FieldError("", "is nested too deeply");
  }
  throw error;
}

/** Labels longer than this are cut: they name things, they are not content. */
const LABEL_LENGTH = 512;

export type Fields = Record<string, unknown>;

export const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What was sent, for the error message; never the value itself, which may be a secret. */
const sent = (value: unknown): string =>
  value === null
    ? "null"
    : Array.isArray(value)
      ? "an array"
      : typeof value === "object"
        ? "an object"
        : `a ${typeof value}`;

/** Postgres text and jsonb hold neither NUL nor half a surrogate pair; other control characters only garble a page. */
export function clean(text: string): string {
  // Nearly every label is plain ASCII, which needs neither.
  if (/^[ -~]*$/.test(text)) return text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
  return text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, "\ufffd");
}

/** A text without the raw key of its event. It comes before any cut, which could leave a piece of the key. */
export type Safe = (text: string) => string;

/** An optional label: null when absent, null or blank. */
export function label(fields: Fields, name: string, safe: Safe): string | null {
  const value = fields[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== "string") throw new FieldError(name, `expected a string, got ${sent(value)}`);
  const text = clean(safe(value).slice(0, LABEL_LENGTH)).trim();
  return text === "" ? null : text;
}

export function number(fields: Fields, name: string, max: number): number | null {
  const value = fields[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== "number" || !Number.isFinite(value) || value < 0) {
    throw new FieldError(
      name,
      `expected a number of 0 or more, got ${typeof value === "number" ? value : sent(value)}`,
    );
  }
  if (value > max) throw new FieldError(name, `expected at most ${max}`);
  return value;
}

export function integer(fields: Fields, name: string, max: number): number | null {
  const value = fields[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0) {
    throw new FieldError(
      name,
      `expected a whole number of 0 or more, got ${typeof value === "number" ? value : sent(value)}`,
    );
  }
  if (value > max) throw new FieldError(name, `expected at most ${max}`);
  return value;
}

export function boolean(fields: Fields, name: string): boolean | null {
  const value = fields[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== "boolean") throw new FieldError(name, `expected true or false, got ${sent(value)}`);
  return value;
}

export function status(fields: Fields): number | null {
  const value = fields.status;
  if (value === undefined || value === null) return null;
  if (
    typeof value !== "number" ||
    !Number.isInteger(value) ||
    (value !== 0 && (value < 100 || value > 599))
  ) {
    throw new FieldError("status", "expected 0 (no response) or a whole number from 100 to 599");
  }
  return value;
}

export function clientIp(fields: Fields): string | null {
  const value = fields.client_ip;
  if (value === undefined || value === null || value === "") return null;
  // A zone (fe80::1%eth0) passes isIP but is no inet.
  if (typeof value !== "string" || isIP(value) === 0 || value.includes("%")) {
    throw new FieldError("client_ip", "expected an IPv4 or IPv6 address");
  }
  return value;
}

/** A flat object of strings; `__proto__` and the like are ordinary names here. */
export function stringMap(
  fields: Fields,
  name: string,
  maxEntries: number,
  safe: Safe,
): [string, string][] | null {
  const value = fields[name];
  if (value === undefined || value === null) return null;
  if (!isObject(value)) throw new FieldError(name, `expected an object of strings, got ${sent(value)}`);
  const entries = Object.entries(value);
  if (entries.length > maxEntries)
    throw new FieldError(name, `expected at most ${maxEntries} entries, got ${entries.length}`);
  for (const [key, text] of entries) {
    if (typeof text === "string") continue;
    throw new FieldError(`${name}.${clean(safe(key).slice(0, 60))}`, `expected a string, got ${sent(text)}`);
  }
  return entries as [string, string][];
}

export { sent };
