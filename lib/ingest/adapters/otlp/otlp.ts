import type { IngestResult } from "../../event";
import { isObject } from "../../fields";
import type { Adapter, AdapterAnswer, Delivery } from "../adapter";
import { callOf } from "./call";
import { isOtlp, isProtobuf, otlpRecords, signalOf } from "./envelope";
import { encodeResponse } from "./wire";

/** OTLP/HTTP: logs and traces of any OpenTelemetry exporter, in JSON or protobuf. */
export const otlp: Adapter = {
  format: "otlp",
  title: "OpenTelemetry (OTLP)",
  about: "Logs and traces of any OpenTelemetry exporter",
  keyPaths: [
    { path: "attributes.http.request.header.x-api-key", what: "A request header that the span holds" },
    { path: "resource.service.name", what: "One key for each service" },
  ],
  setup: [
    {
      title: "An OpenTelemetry Collector: send what it receives here, too",
      language: "yaml",
      text: `exporters:
  otlphttp/keygauge:
    endpoint: {{origin}}/api/v1/otlp
    headers:
      Authorization: Bearer {{token}}

service:
  pipelines:
    logs:
      receivers: [otlp]
      exporters: [otlphttp/keygauge]
    traces:
      receivers: [otlp]
      exporters: [otlphttp/keygauge]`,
    },
    {
      title: "Anything with an OpenTelemetry SDK, through its environment",
      language: "shell",
      text: `export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf
export OTEL_EXPORTER_OTLP_ENDPOINT={{origin}}/api/v1/otlp
export OTEL_EXPORTER_OTLP_HEADERS="Authorization=Bearer%20{{token}}"`,
    },
    {
      title: "Traefik: its access log over OTLP",
      language: "yaml",
      text: `experimental:
  otlpLogs: true
accessLog:
  otlp:
    http:
      endpoint: {{origin}}/api/v1/otlp/v1/logs
      headers:
        Authorization: Bearer {{token}}`,
    },
    {
      title: "Cloudflare AI Gateway: Settings, OpenTelemetry, add an exporter",
      language: "text",
      text: `URL: {{origin}}/api/v1/otlp/v1/traces
Header: Authorization: Bearer {{token}}`,
    },
  ],
  // As `otlpRecords` makes them: by itself a log record or span looks like nothing in particular.
  recognises: ({ signal, attributes }) => (signal === "log" || signal === "span") && isObject(attributes),
  claims: isOtlp,
  records: otlpRecords,
  events: (record) => callOf(record),
  answer,
};

/** The encoding is the request's; a partial success says how much was rejected and the first reason. */
function answer(delivery: Delivery, { rejected, errors }: IngestResult): AdapterAnswer {
  const [first] = errors;
  const message = first === undefined ? "" : `${first.field} ${first.message}`.trim();
  if (isProtobuf(delivery))
    return { type: "application/x-protobuf", body: encodeResponse(rejected, message) };
  if (rejected === 0) return { type: "application/json", body: "{}" };
  const count = signalOf(delivery) === "traces" ? "rejectedSpans" : "rejectedLogRecords";
  const partialSuccess = { [count]: String(rejected), errorMessage: message };
  return { type: "application/json", body: JSON.stringify({ partialSuccess }) };
}
