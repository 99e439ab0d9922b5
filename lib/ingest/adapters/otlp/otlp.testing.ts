import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

export type Value = string | number | boolean | string[];
export type Attributes = Record<string, Value>;

export interface Span {
  traceId?: string;
  spanId?: string;
  kind?: number | string;
  start: number;
  end?: number;
  attributes?: Attributes;
  status?: { code?: number; message?: string };
}

const any = (value: Value): object => {
  if (Array.isArray(value)) return { arrayValue: { values: value.map(any) } };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "string") return { stringValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
};

export const attributes = (given: Attributes): object[] =>
  Object.entries(given).map(([key, value]) => ({ key, value: any(value) }));

const nanos = (ms: number): string => `${ms}000000`;

/** A trace export request in JSON; times in epoch ms. */
export const traces = (...spans: Span[]) => ({
  resourceSpans: [
    {
      resource: { attributes: attributes({ "service.name": "edge" }) },
      scopeSpans: [
        {
          scope: { name: "gateway" },
          spans: spans.map(({ start, end, attributes: given = {}, ...span }) => ({
            ...span,
            name: "call",
            startTimeUnixNano: nanos(start),
            ...(end === undefined ? {} : { endTimeUnixNano: nanos(end) }),
            attributes: attributes(given),
          })),
        },
      ],
    },
  ],
});

/** A log export request in JSON; `time` in epoch ms. */
export const logs = (
  ...records: { traceId?: string; spanId?: string; time: number; attributes?: Attributes; more?: object }[]
) => ({
  resourceLogs: [
    {
      resource: { attributes: attributes({ "service.name": "edge" }) },
      scopeLogs: [
        {
          logRecords: records.map(({ time, attributes: given = {}, more, ...record }) => ({
            ...record,
            timeUnixNano: nanos(time),
            attributes: attributes(given),
            ...more,
          })),
        },
      ],
    },
  ],
});

const nested = (writer: BinaryWriter, field: number, write: () => void): void => {
  writer.tag(field, WireType.LengthDelimited).fork();
  write();
  writer.join();
};

function writeValue(writer: BinaryWriter, value: Value): void {
  if (typeof value === "string") writer.tag(1, WireType.LengthDelimited).string(value);
  else if (typeof value === "boolean") writer.tag(2, WireType.Varint).bool(value);
  else if (Array.isArray(value))
    nested(writer, 5, () => {
      for (const item of value) nested(writer, 1, () => writeValue(writer, item));
    });
  else if (Number.isInteger(value)) writer.tag(3, WireType.Varint).int64(value);
  else writer.tag(4, WireType.Bit64).double(value);
}

function writeAttribute(writer: BinaryWriter, field: number, key: string, value: Value): void {
  nested(writer, field, () => {
    writer.tag(1, WireType.LengthDelimited).string(key);
    nested(writer, 2, () => writeValue(writer, value));
  });
}

/** The same request in protobuf, with fields that nobody asked for between. */
export function tracesInProtobuf(...spans: Span[]): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  nested(writer, 1, () => {
    nested(writer, 1, () => writeAttribute(writer, 1, "service.name", "edge"));
    nested(writer, 2, () => {
      nested(writer, 1, () => writer.tag(1, WireType.LengthDelimited).string("gateway"));
      for (const span of spans) nested(writer, 2, () => writeSpan(writer, span));
    });
    writer.tag(3, WireType.LengthDelimited).string("https://schema.example");
  });
  return writer.finish();
}

function writeSpan(
  writer: BinaryWriter,
  { traceId, spanId, kind, start, end, attributes = {}, status }: Span,
) {
  if (traceId !== undefined) writer.tag(1, WireType.LengthDelimited).bytes(Buffer.from(traceId, "hex"));
  if (spanId !== undefined) writer.tag(2, WireType.LengthDelimited).bytes(Buffer.from(spanId, "hex"));
  writer.tag(5, WireType.LengthDelimited).string("call");
  if (kind !== undefined) writer.tag(6, WireType.Varint).int32(Number(kind));
  writer.tag(7, WireType.Bit64).fixed64(nanos(start));
  if (end !== undefined) writer.tag(8, WireType.Bit64).fixed64(nanos(end));
  for (const [key, value] of Object.entries(attributes)) writeAttribute(writer, 9, key, value);
  writer.tag(10, WireType.Varint).uint32(3);
  if (status !== undefined)
    nested(writer, 15, () => {
      if (status.message !== undefined) writer.tag(2, WireType.LengthDelimited).string(status.message);
      if (status.code !== undefined) writer.tag(3, WireType.Varint).int32(status.code);
    });
  writer.tag(16, WireType.Bit32).fixed32(257);
}
