import { AppError } from "@/lib/errors";
import { type Fields, isObject } from "../../fields";
import { decodeText, listed, type RawRecord } from "../../records";
import type { Delivery } from "../adapter";
import { embedded, text } from "../read";
import { decodeRequest, type Signal } from "./wire";

const NAMES = {
  logs: { resources: "resourceLogs", scopes: "scopeLogs", records: "logRecords" },
  traces: { resources: "resourceSpans", scopes: "scopeSpans", records: "spans" },
} as const;

const JSON_START = /^\s*\{/;
const OTLP_JSON = /^\s*\{\s*"resource(Logs|Spans)"\s*:/;
const HEAD = 200;
const BRACE = 0x7b;
const FIELD_1 = 0x0a;
/** Deeper values are no attributes; they are left out. */
const MAX_DEPTH = 32;

const head = ({ body }: Delivery): string => body.subarray(0, HEAD).toString("latin1");

/**
 * Protobuf begins with the tag of its only field, a line feed, and JSON may: what follows may even be the length 123, which
 * is a brace. So of a content type that says protobuf only a brace at the very beginning is doubted, of others the tag alone.
 */
export function isProtobuf(delivery: Delivery): boolean {
  const type = delivery.header("content-type") ?? "";
  const [first] = delivery.body;
  if (/protobuf/i.test(type)) return first !== BRACE;
  return !JSON_START.test(head(delivery)) && (first === FIELD_1 || !/json/i.test(type));
}

/** Whether a delivery is an export request, wherever it was posted. */
export const isOtlp = (delivery: Delivery): boolean =>
  delivery.path.startsWith("/api/v1/otlp/") ||
  /^application\/(x-)?protobuf/i.test(delivery.header("content-type") ?? "") ||
  OTLP_JSON.test(head(delivery));

/** What a delivery exports: its path says so, else its content. */
export function signalOf(delivery: Delivery): Signal {
  if (delivery.path.endsWith("/traces")) return "traces";
  if (delivery.path.endsWith("/logs")) return "logs";
  if (!isProtobuf(delivery)) return /"resourceSpans"/.test(head(delivery)) ? "traces" : "logs";
  return holdsSpans(delivery.body) ? "traces" : "logs";
}

/** A log record has a time where a span has its trace id, so what reads as spans with ids is spans. */
function holdsSpans(body: Buffer): boolean {
  try {
    const spans = leaves("traces", decodeRequest("traces", body));
    return spans.some(({ record }) => isObject(record) && text(record.traceId) !== undefined);
  } catch {
    return false;
  }
}

/**
 * The log records or spans of an export request, each flat: `signal`, `name`, `kind`, `trace_id`, `span_id`, `time`,
 * `end`, `status`, `event`, `body` (when it is structured), `attributes` and `resource` with plain values, `scope`.
 * Throws `bad_request` when the request cannot be read, which tells the exporter not to repeat it.
 */
export function otlpRecords(delivery: Delivery): RawRecord[] {
  if (delivery.body.length === 0) return [];
  const signal = signalOf(delivery);
  return listed(leaves(signal, read(signal, delivery)).map((leaf) => flat(signal, leaf)));
}

function read(signal: Signal, delivery: Delivery): Fields {
  try {
    const request: unknown = isProtobuf(delivery)
      ? decodeRequest(signal, delivery.body)
      : JSON.parse(decodeText(delivery.body));
    if (isObject(request)) return request;
  } catch (cause) {
    throw new AppError("bad_request", `The body is no OTLP export request for ${signal}.`, { cause });
  }
  throw new AppError("bad_request", "The body is no OTLP export request: expected an object.");
}

interface Leaf {
  record: unknown;
  resource: Fields;
  scope: Fields;
}

function leaves(signal: Signal, request: Fields): Leaf[] {
  const names = NAMES[signal];
  const found: Leaf[] = [];
  for (const resource of objects(request[names.resources])) {
    const attributes = attributesOf(isObject(resource.resource) ? resource.resource.attributes : undefined);
    for (const scope of objects(resource[names.scopes])) {
      const { name, version } = isObject(scope.scope) ? scope.scope : {};
      for (const record of items(scope[names.records]))
        found.push({ record, resource: attributes, scope: { name, version } });
    }
  }
  return found;
}

function flat(signal: Signal, { record, resource, scope }: Leaf): Fields | undefined {
  if (!isObject(record)) return undefined;
  return {
    signal: signal === "logs" ? "log" : "span",
    name: record.name,
    kind: record.kind,
    trace_id: idOf(record.traceId),
    span_id: idOf(record.spanId),
    time:
      signal === "logs"
        ? nanos(record.timeUnixNano, record.observedTimeUnixNano)
        : nanos(record.startTimeUnixNano),
    end: signal === "logs" ? undefined : nanos(record.endTimeUnixNano),
    status: isObject(record.status) ? record.status : {},
    event: record.eventName,
    // Access logs are also written as an object or JSON into the body; any other text is a message, which is not kept.
    body: embedded(plain(record.body)),
    attributes: attributesOf(record.attributes),
    resource,
    scope,
  };
}

/** Hex in lower case; an id of zeros is none. */
function idOf(value: unknown): string | undefined {
  const id = text(value)?.toLowerCase();
  return id === undefined || /^0*$/.test(id) ? undefined : id;
}

/** The first instant that is set, as it stands: 0 means not known. */
function nanos(...values: unknown[]): string | number | undefined {
  return values.find(
    (value): value is string | number =>
      (typeof value === "number" && Number.isInteger(value) && value > 0) ||
      (typeof value === "string" && /^\d*[1-9]\d*$/.test(value)),
  );
}

function attributesOf(value: unknown, depth = 0): Fields {
  return Object.fromEntries(
    objects(value).flatMap(({ key, value: given }) =>
      typeof key === "string" ? [[key, plain(given, depth)] as const] : [],
    ),
  );
}

/** An AnyValue as an ordinary value. Numbers past 2^53 stay text; bytes are left out. */
function plain(any: unknown, depth = 0): unknown {
  if (!isObject(any) || depth > MAX_DEPTH) return undefined;
  if (any.intValue !== undefined) {
    const number = Number(any.intValue);
    return Number.isSafeInteger(number) ? number : text(any.intValue);
  }
  if (isObject(any.arrayValue)) return items(any.arrayValue.values).map((item) => plain(item, depth + 1));
  if (isObject(any.kvlistValue)) return attributesOf(any.kvlistValue.values, depth + 1);
  return any.stringValue ?? any.boolValue ?? any.doubleValue;
}

const items = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const objects = (value: unknown): Fields[] => items(value).filter(isObject);
