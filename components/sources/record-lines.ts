import type { SourceSample } from "@/lib/features/sources/schemas";

type Scalar = string | number | boolean | null;

/** A line of a record as JSON: how deep it stands, its field's name, what it says, and what that is. */
export interface RecordLine {
  depth: number;
  name: string | null;
  text: string;
  /** The comma before the next line, or nothing. */
  comma: "," | "";
  kind: "bracket" | "text" | "masked" | "plain";
  /** Whether the value is found again in the understood event. */
  found: boolean;
}

/** A field of an understood event; nested ones under their path. */
export interface UnderstoodField {
  name: string;
  text: string;
  /** Whether the value stands in the record as it was received; else it was concluded. */
  found: boolean;
}

const MASKED =
  /^(?:text, \d+ characters?|a number|list, \d+ items?|object, \d+ fields?|and \d+ (?:fields? )?more)$/;

/** A masked record line by line, in its order. `isFound` tells the values to point out. */
export function recordLines(
  record: unknown,
  isFound: (value: Scalar) => boolean = () => false,
): RecordLine[] {
  const lines: RecordLine[] = [];
  const bracket = (depth: number, name: string | null, text: string, comma: RecordLine["comma"]) =>
    lines.push({ depth, name, text, comma, kind: "bracket", found: false });
  const walk = (value: unknown, depth: number, name: string | null, comma: RecordLine["comma"]): void => {
    if (typeof value === "object" && value !== null) {
      const [open, close] = Array.isArray(value) ? "[]" : "{}";
      const entries: [string | null, unknown][] = Array.isArray(value)
        ? value.map((item: unknown) => [null, item])
        : Object.entries(value);
      if (entries.length === 0) {
        bracket(depth, name, `${open}${close}`, comma);
        return;
      }
      bracket(depth, name, `${open}`, "");
      for (const [i, [key, item]] of entries.entries())
        walk(item, depth + 1, key, i < entries.length - 1 ? "," : "");
      bracket(depth, null, `${close}`, comma);
      return;
    }
    const scalar = value as Scalar;
    const masked = typeof scalar === "string" && MASKED.test(scalar);
    lines.push({
      depth,
      name,
      text: masked ? scalar : JSON.stringify(scalar),
      comma,
      kind: masked ? "masked" : typeof scalar === "string" ? "text" : "plain",
      found: !masked && isFound(scalar),
    });
  };
  walk(record, 0, null, "");
  return lines;
}

/** A sample made ready to be drawn side by side: what was received and what was understood, each pointing at the other. */
export function sampleLines({ received, understood }: SourceSample): {
  received: RecordLine[];
  understood: UnderstoodField[];
} {
  const { key, ...fields } = understood;
  const { hint, name } = key;
  const leaves: [string, Scalar][] = [
    ["key", hint],
    ...(name === null ? [] : ([["key_name", name]] satisfies [string, Scalar][])),
    ...Object.entries(fields).flatMap(([field, value]) => leavesOf(value, field)),
  ];
  const arrived = leavesOf(received, "").map(([, value]) => value);
  return {
    received: recordLines(received, (value) => leaves.some(([, known]) => isSame(value, known))),
    understood: leaves.map(([field, value]) => ({
      name: field,
      text: String(value),
      found: arrived.some((one) => isSame(one, value)),
    })),
  };
}

function leavesOf(value: unknown, path: string): [string, Scalar][] {
  if (typeof value !== "object" || value === null) return [[path, value as Scalar]];
  return Object.entries(value).flatMap(([name, part]) =>
    leavesOf(part, path === "" ? name : `${path}.${name}`),
  );
}

/** Whether a received value says what an understood one does; numbers may be texts, times epochs, routes have a query. */
function isSame(received: Scalar, understood: Scalar): boolean {
  // 0, 1 and flags are everywhere: pointing at them would say nothing.
  if (typeof understood === "boolean" || understood === null || received === null) return false;
  if (typeof understood === "number")
    return understood !== 0 && understood !== 1 && Number(received) === understood;
  if (received === understood || received === `${understood}?…`) return true;
  const at = /^\d{4}-\d\d-\d\dT/.test(understood) ? Date.parse(understood) : Number.NaN;
  if (Number.isNaN(at)) return false;
  const given = Number(received);
  return Number.isNaN(given)
    ? Date.parse(String(received)) === at
    : given === at || Math.round(given * 1000) === at;
}
