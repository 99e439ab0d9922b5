import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { Fields } from "../../fields";

/**
 * OTLP in protobuf, read into the shape of its JSON form: lowerCamelCase names, ids in hex, 64-bit numbers as decimal
 * strings. The tables hold the fields that a call can be told by; all others are skipped, as the protocol asks.
 * Field numbers: https://github.com/open-telemetry/opentelemetry-proto
 */
interface Message {
  [field: number]: readonly [name: string, type: Scalar | (() => Message), repeated?: "repeated"];
}
type Scalar = keyof typeof SCALARS;

const SCALARS = {
  string: { wire: WireType.LengthDelimited, read: (reader: BinaryReader) => reader.string() },
  hex: {
    wire: WireType.LengthDelimited,
    read: (reader: BinaryReader) => Buffer.from(reader.bytes()).toString("hex"),
  },
  bool: { wire: WireType.Varint, read: (reader: BinaryReader) => reader.bool() },
  int32: { wire: WireType.Varint, read: (reader: BinaryReader) => reader.int32() },
  int64: { wire: WireType.Varint, read: (reader: BinaryReader) => String(reader.int64()) },
  fixed64: { wire: WireType.Bit64, read: (reader: BinaryReader) => String(reader.fixed64()) },
  double: { wire: WireType.Bit64, read: (reader: BinaryReader) => reader.double() },
} as const;

const ANY_VALUE: Message = {
  1: ["stringValue", "string"],
  2: ["boolValue", "bool"],
  3: ["intValue", "int64"],
  4: ["doubleValue", "double"],
  5: ["arrayValue", () => VALUES],
  6: ["kvlistValue", () => KEY_VALUES],
};
const VALUES: Message = { 1: ["values", () => ANY_VALUE, "repeated"] };
const KEY_VALUE: Message = { 1: ["key", "string"], 2: ["value", () => ANY_VALUE] };
const KEY_VALUES: Message = { 1: ["values", () => KEY_VALUE, "repeated"] };
const RESOURCE: Message = { 1: ["attributes", () => KEY_VALUE, "repeated"] };
const SCOPE: Message = { 1: ["name", "string"], 2: ["version", "string"] };

const LOG_RECORD: Message = {
  1: ["timeUnixNano", "fixed64"],
  5: ["body", () => ANY_VALUE],
  6: ["attributes", () => KEY_VALUE, "repeated"],
  9: ["traceId", "hex"],
  10: ["spanId", "hex"],
  11: ["observedTimeUnixNano", "fixed64"],
  12: ["eventName", "string"],
};
const STATUS: Message = { 2: ["message", "string"], 3: ["code", "int32"] };
const SPAN: Message = {
  1: ["traceId", "hex"],
  2: ["spanId", "hex"],
  5: ["name", "string"],
  6: ["kind", "int32"],
  7: ["startTimeUnixNano", "fixed64"],
  8: ["endTimeUnixNano", "fixed64"],
  9: ["attributes", () => KEY_VALUE, "repeated"],
  15: ["status", () => STATUS],
};

/** `ExportLogsServiceRequest` or `ExportTraceServiceRequest`, which differ in their leaves and names only. */
const REQUESTS = {
  logs: requestOf("resourceLogs", "scopeLogs", "logRecords", LOG_RECORD),
  traces: requestOf("resourceSpans", "scopeSpans", "spans", SPAN),
} as const;
export type Signal = keyof typeof REQUESTS;

function requestOf(resources: string, scopes: string, records: string, record: Message): Message {
  const scope: Message = { 1: ["scope", () => SCOPE], 2: [records, () => record, "repeated"] };
  const resource: Message = { 1: ["resource", () => RESOURCE], 2: [scopes, () => scope, "repeated"] };
  return { 1: [resources, () => resource, "repeated"] };
}

const MAX_DEPTH = 64;
/** Two bytes can hold an empty message: this bounds what a small body may unfold to. */
const MAX_MESSAGES = 2_000_000;

/** Reads an export request. Throws when the bytes are no protobuf, or hold more than a sender can mean. */
export function decodeRequest(signal: Signal, body: Uint8Array): Fields {
  return decode(REQUESTS[signal], new BinaryReader(body), body.length, { messages: 0, depth: 0 });
}

function decode(
  message: Message,
  reader: BinaryReader,
  end: number,
  seen: { messages: number; depth: number },
): Fields {
  if (++seen.messages > MAX_MESSAGES || ++seen.depth > MAX_DEPTH) throw new RangeError("too many messages");
  const fields: Fields = {};
  while (reader.pos < end) {
    const [number, wire] = reader.tag();
    const [name, type, repeated] = message[number] ?? [];
    const expected = typeof type === "string" ? SCALARS[type].wire : WireType.LengthDelimited;
    if (name === undefined || type === undefined || wire !== expected) {
      reader.skip(wire, number);
      continue;
    }
    let value: unknown;
    if (typeof type === "string") value = SCALARS[type].read(reader);
    else {
      const length = reader.uint32();
      if (reader.pos + length > end) throw new RangeError("a message ends early");
      value = decode(type(), reader, reader.pos + length, seen);
    }
    const list = fields[name];
    if (repeated === undefined) fields[name] = value;
    else if (Array.isArray(list)) list.push(value);
    else fields[name] = [value];
  }
  if (reader.pos !== end) throw new RangeError("a field ends late");
  seen.depth -= 1;
  return fields;
}

/** `Export{Logs,Trace}ServiceResponse`: empty, or a partial success that counts what was rejected and says why. */
export function encodeResponse(rejected: number, message: string): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  if (rejected > 0) {
    writer.tag(1, WireType.LengthDelimited).fork();
    writer.tag(1, WireType.Varint).int64(rejected);
    writer.tag(2, WireType.LengthDelimited).string(message);
    writer.join();
  }
  return writer.finish();
}
