import type { Fields } from "../fields";
import { headerFields, keyOf, keyText, mergedHeaders, modelFields, requireCall, tagsFrom } from "./accesslog";
import type { Adapter, NativeEvent } from "./adapter";
import { address, firstInstant, firstOf, firstText, httpStatus, int, routeOf, scaled, text } from "./read";

/** Traefik's JSON access log, shipped by Vector or fluent-bit. Its durations are nanoseconds. */
export const traefik: Adapter = {
  format: "traefik",
  title: "Traefik",
  about: "Its JSON access log, shipped by Vector",
  keyPaths: [{ path: "request_Authorization", what: "The caller's Authorization header, where it is kept" }],
  setup: [
    {
      title: "Let Traefik log JSON, with the headers that say who called and what limits the answer told",
      language: "yaml",
      text: `accessLog:
  filePath: /var/log/traefik/access.log
  format: json
  fields:
    headers:
      names:
        User-Agent: keep
        X-Consumer: keep
        Retry-After: keep
        X-Ratelimit-Limit-Requests: keep
        X-Ratelimit-Remaining-Requests: keep
        X-Ratelimit-Reset-Requests: keep`,
    },
    {
      title: "Ship the log with Vector",
      language: "yaml",
      text: `sources:
  traefik:
    type: file
    include: [/var/log/traefik/access.log]
sinks:
  keygauge:
    type: http
    inputs: [traefik]
    uri: {{url}}
    method: post
    auth:
      strategy: bearer
      token: {{token}}
    compression: gzip
    encoding:
      codec: json
    batch:
      max_events: 500
      timeout_secs: 1`,
    },
  ],
  recognises: (record) => "DownstreamStatus" in record || ("RequestMethod" in record && "Duration" in record),
  events: (record) => [requireCall(callOf(record))],
};

function callOf(record: Fields): NativeEvent {
  const request = headerFields(record, "request_");
  const consumer =
    text(record.ClientUsername) ?? firstText(request, "x-consumer", "x-consumer-username", "x-consumer-id");
  return {
    ...modelFields(record),
    id: spanOf(record),
    time: firstInstant(record, "StartUTC", "StartLocal", "time", "timestamp", "date"),
    key: keyOf(record) ?? firstOf(request, keyText, "x-api-key", "apikey"),
    key_name: consumer,
    consumer,
    method: text(record.RequestMethod),
    route: routeOf(record.RequestPath),
    status: firstOf(record, httpStatus, "DownstreamStatus", "OriginStatus"),
    latency_ms: scaled(record.Duration, 1e-6),
    request_bytes: int(record.RequestContentSize),
    response_bytes: firstOf(record, int, "DownstreamContentSize", "OriginContentSize"),
    attempt: int(record.RetryAttempts),
    client_ip: firstOf(record, address, "ClientHost", "ClientAddr"),
    user_agent: request["user-agent"],
    response_headers: mergedHeaders(headerFields(record, "downstream_"), headerFields(record, "origin_")),
    tags: tagsFrom({ service: text(record.ServiceName), traefik_router: text(record.RouterName) }),
  };
}

/** With tracing, the span is the call; a trace alone may hold several. */
function spanOf(record: Fields): string | undefined {
  const [trace, span] = [text(record.TraceId), text(record.SpanId)];
  return trace === undefined || span === undefined ? undefined : `${trace}/${span}`;
}
