import type { NativeEvent } from "@/lib/ingest/adapters/adapter";

/** How a text becomes a field's value. */
type Kind = "text" | "number" | "boolean" | "object" | "list" | "textOrObject";

const FIELDS: Record<keyof NativeEvent | "ratelimit", Kind> = {
  id: "text",
  time: "text",
  key: "text",
  key_name: "text",
  provider: "text",
  pool: "text",
  consumer: "text",
  model: "text",
  operation: "text",
  method: "text",
  route: "text",
  region: "text",
  user_agent: "text",
  error_type: "text",
  client_ip: "text",
  status: "number",
  latency_ms: "number",
  ttft_ms: "number",
  cost_usd: "number",
  input_tokens: "number",
  output_tokens: "number",
  cached_tokens: "number",
  request_bytes: "number",
  response_bytes: "number",
  attempt: "number",
  retry_after_s: "number",
  stream: "boolean",
  cache_hit: "boolean",
  tags: "object",
  response_headers: "object",
  ratelimit: "list",
  error: "textOrObject",
};

const kindOf = (field: string): Kind | undefined =>
  Object.hasOwn(FIELDS, field) ? FIELDS[field as keyof typeof FIELDS] : undefined;

/** The object and the name of one of its entries: `tags.environment`, `response_headers.retry-after`. */
function entryOf(field: string): [object: string, name: string] | null {
  const dot = field.indexOf(".");
  const [object, name] = [field.slice(0, dot), field.slice(dot + 1)];
  return dot > 0 && name !== "" && kindOf(object) === "object" ? [object, name] : null;
}

/** A field of a native event, or one entry of its `tags` or `response_headers`. */
export const isNativeField = (field: string): boolean =>
  kindOf(field) !== undefined || entryOf(field) !== null;

/**
 * Writes a text as the field's own type. One that is not of the type stays a text, which the checks that follow refuse by
 * name; an empty one is absent, and what the record has already stands.
 */
export function fill(record: Record<string, unknown>, field: string, text: string): void {
  const trimmed = text.trim();
  if (trimmed === "") return;
  const entry = entryOf(field);
  if (entry === null) {
    record[field] ??= typed(kindOf(field) ?? "text", trimmed);
    return;
  }
  const [name, key] = entry;
  record[name] ??= {};
  const object = record[name];
  if (typeof object === "object" && object !== null && !Object.hasOwn(object, key))
    Object.defineProperty(object, key, {
      value: trimmed,
      enumerable: true,
      writable: true,
      configurable: true,
    });
}

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
const BOOLEANS: Record<string, boolean> = {
  true: true,
  t: true,
  yes: true,
  1: true,
  false: false,
  f: false,
  no: false,
  0: false,
};

function typed(kind: Kind, text: string): unknown {
  switch (kind) {
    case "text":
      return text;
    case "number":
      return NUMBER.test(text) ? Number(text) : text;
    case "boolean":
      return BOOLEANS[text.toLowerCase()] ?? text;
    case "object":
      return text.startsWith("{") ? json(text) : text;
    case "list":
      return text.startsWith("[") ? json(text) : text;
    case "textOrObject":
      return text.startsWith("{") ? json(text) : text;
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
