import { hintOf, scrub, stripQuery } from "./key";

const MAX_DEPTH = 8;
const MAX_ENTRIES = 60;
const MAX_ITEMS = 10;
/** Stored texts are no longer than this, so a longer one cannot be among them. */
const MAX_WORD = 512;

/** Values that tell nothing but the form of a field. */
const PLAIN = /^(?:|-|true|false|null|GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|-?\d{1,13}(?:\.\d{1,6})?)$/;
const TIMESTAMP =
  /^(?:\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?|\d{1,2}\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d(?: [+-]\d{4})?)$/;
/** Under such names a number may be a secret as well; counts of tokens are none. */
const SECRET_NAME =
  /(?:key|token|secret|passw(?:or)?d|passphrase|auth|authorization|credentials?|cookie|signature|pin)$/i;
const NAME = /^[\p{L}\p{N}_.:/@$#\- ]{1,64}$/u;

/** What of a record may be seen: the key is shown as its hint, a text only when it stands in the understood event. */
export interface Seen {
  rawKey: string | null;
  words: ReadonlySet<string>;
}

/**
 * A record with its structure, names, numbers, booleans and nulls as they are, and of its texts only timestamps, numbers and
 * what `seen` allows; every other reads "text, 34 characters". Names that look like a secret are replaced too. Depth, width
 * and size are bounded: the result is about `room` characters of JSON at most, and says where something was left out.
 */
export function maskRecord(record: unknown, seen: Seen, room: number): unknown {
  const { rawKey } = seen;
  const hint = rawKey === null ? "" : hintOf(rawKey);
  let left = room;

  const shown = (text: string, secret: boolean): string => {
    const trimmed = text.trim();
    if (rawKey !== null && (trimmed === rawKey || trimmed.endsWith(` ${rawKey}`))) return hint;
    if (!secret && (PLAIN.test(trimmed) || TIMESTAMP.test(trimmed))) return trimmed;
    if (trimmed.length <= MAX_WORD) {
      const safe = rawKey === null ? trimmed : scrub(trimmed, rawKey, hint);
      if (seen.words.has(safe)) return safe;
      const path = stripQuery(safe);
      if (path !== safe && seen.words.has(path)) return `${path}?…`;
    }
    return `text, ${counted(text.length, "character")}`;
  };

  const nameOf = (name: string, ordinal: number): string => {
    const safe = rawKey === null ? name : scrub(name, rawKey, hint);
    const plain = safe === name && name !== rawKey && NAME.test(name) && !looksSecret(name);
    return plain ? name : `(name ${ordinal + 1})`;
  };

  const list = (items: readonly unknown[], depth: number, secret: boolean): unknown => {
    if (depth >= MAX_DEPTH || left <= 0) return `list, ${counted(items.length, "item")}`;
    const kept: unknown[] = [];
    for (const item of items) {
      if (kept.length >= MAX_ITEMS || left <= 0) {
        kept.push(`and ${items.length - kept.length} more`);
        break;
      }
      kept.push(value(item, depth + 1, secret));
    }
    return kept;
  };

  const object = (fields: object, depth: number, secret: boolean): unknown => {
    const names = Object.keys(fields);
    if (depth >= MAX_DEPTH || left <= 0) return `object, ${counted(names.length, "field")}`;
    const kept: [string, unknown][] = [];
    for (const [ordinal, name] of names.entries()) {
      if (ordinal >= MAX_ENTRIES || left <= 0) {
        kept.push(["…", `and ${counted(names.length - ordinal, "field")} more`]);
        break;
      }
      const safe = nameOf(name, ordinal);
      left -= safe.length + 4;
      kept.push([
        safe,
        value((fields as Record<string, unknown>)[name], depth + 1, secret || isSecretName(name)),
      ]);
    }
    return Object.fromEntries(kept);
  };

  const value = (given: unknown, depth: number, secret: boolean): unknown => {
    if (Array.isArray(given)) return list(given, depth, secret);
    if (typeof given === "object" && given !== null) return object(given, depth, secret);
    const plain = scalar(given, secret);
    left -= String(plain).length + 3;
    return plain;
  };

  const scalar = (given: unknown, secret: boolean): string | number | boolean | null => {
    if (typeof given === "string") return shown(given, secret);
    if (typeof given === "boolean") return given;
    if (typeof given === "number" || typeof given === "bigint") {
      if (String(given) === rawKey) return hint;
      if (secret) return "a number";
      return typeof given === "number" && Number.isFinite(given) ? given : String(given);
    }
    return null;
  };

  return value(record, 0, false);
}

const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? "" : "s"}`;

const isSecretName = (name: string): boolean => SECRET_NAME.test(name);

/** Whether a name is rather a key that somebody used as one: a long run with digits in it, unlike any word. */
function looksSecret(name: string): boolean {
  return (name.match(/[\w-]{16,}/g) ?? []).some((run) => {
    const digits = run.replace(/\D/g, "").length;
    return digits >= 4 || (digits > 0 && run.length >= 24 && /[a-z]/.test(run) && /[A-Z]/.test(run));
  });
}

/** Every text that stands anywhere in a value. */
export function wordsOf(value: unknown, found: Set<string> = new Set()): Set<string> {
  if (typeof value === "string") found.add(value);
  else if (typeof value === "object" && value !== null) {
    for (const part of Object.values(value)) wordsOf(part, found);
  }
  return found;
}
