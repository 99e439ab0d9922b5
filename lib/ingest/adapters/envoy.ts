import type { Fields } from "../fields";
import { keyOf, limitFields, mergedHeaders, modelFields, requireCall, tagsFrom } from "./accesslog";
import type { Adapter, NativeEvent } from "./adapter";
import {
  address,
  bool,
  firstInstant,
  firstOf,
  firstText,
  headers,
  httpStatus,
  int,
  num,
  routeOf,
} from "./read";

/** Fields that only Envoy's log has, by the names of Envoy Gateway's default, of its AI Gateway and of Istio's. */
const OWN_FIELDS = [
  "response_flags",
  "response_code_details",
  "upstream_cluster",
  "upstream_service_time",
  "downstream_remote_address",
  "x-envoy-origin-path",
  "x-envoy-upstream-service-time",
  "bytes_received",
  "bytes_sent",
  "duration",
  "start_time",
  "gen_ai.request.model",
  "genai_model_name",
];

/** Envoy, Envoy Gateway, Envoy AI Gateway and Istio: their JSON access log, shipped by fluent-bit. */
export const envoy: Adapter = {
  format: "envoy",
  title: "Envoy, Envoy Gateway, Istio",
  about: "Their JSON access log, shipped by fluent-bit",
  keyPaths: [{ path: "authorization", what: "The caller's Authorization header, where it is logged" }],
  setup: [
    {
      title:
        "Envoy Gateway: log JSON to stdout, with who called (Istio: set `accessLogEncoding: JSON` in its mesh config)",
      language: "yaml",
      text: `apiVersion: gateway.envoyproxy.io/v1alpha1
kind: EnvoyProxy
metadata:
  name: access-log
  namespace: envoy-gateway-system
spec:
  telemetry:
    accessLog:
      settings:
        - sinks:
            - type: File
              file:
                path: /dev/stdout
          format:
            type: JSON
            json:
              start_time: "%START_TIME%"
              x-request-id: "%REQ(X-REQUEST-ID)%"
              consumer: "%REQ(X-CONSUMER)%"
              method: "%REQ(:METHOD)%"
              x-envoy-origin-path: "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%"
              response_code: "%RESPONSE_CODE%"
              response_flags: "%RESPONSE_FLAGS%"
              response_code_details: "%RESPONSE_CODE_DETAILS%"
              duration: "%DURATION%"
              bytes_received: "%BYTES_RECEIVED%"
              bytes_sent: "%BYTES_SENT%"
              x-forwarded-for: "%REQ(X-FORWARDED-FOR)%"
              downstream_remote_address: "%DOWNSTREAM_REMOTE_ADDRESS%"
              user-agent: "%REQ(USER-AGENT)%"
              route_name: "%ROUTE_NAME%"
              upstream_cluster: "%UPSTREAM_CLUSTER%"
              retry-after: "%RESP(RETRY-AFTER)%"
              x-ratelimit-remaining-requests: "%RESP(X-RATELIMIT-REMAINING-REQUESTS)%"
              x-ratelimit-limit-requests: "%RESP(X-RATELIMIT-LIMIT-REQUESTS)%"
              x-ratelimit-reset-requests: "%RESP(X-RATELIMIT-RESET-REQUESTS)%"`,
    },
    {
      title: "Ship the log with fluent-bit",
      language: "ini",
      text: `[INPUT]
    Name              tail
    Path              /var/log/containers/envoy-*.log
    Tag               envoy.*
    multiline.parser  docker, cri

[OUTPUT]
    Name              http
    Match             envoy.*
    Host              {{hostname}}
    Port              {{port}}
    URI               /api/v1/ingest/envoy
    Header            Authorization Bearer {{token}}
    Format            json
    Compress          gzip
    Tls               {{tls}}
    Retry_Limit       no_limits`,
    },
  ],
  recognises: (record) => "response_code" in record && OWN_FIELDS.some((field) => field in record),
  events: (record) => [requireCall(callOf(record))],
};

function callOf(record: Fields): NativeEvent {
  const status = firstOf(record, httpStatus, "response_code", "status_code", "status");
  const consumer = firstText(
    record,
    "consumer",
    "x-consumer",
    "x_consumer",
    "x-consumer-username",
    "x-consumer-id",
    "x-user-id",
  );
  return {
    ...modelFields(record),
    id: firstText(record, "x-request-id", "request_id", "x_request_id"),
    time: firstInstant(record, "start_time", "@timestamp", "timestamp", "time", "date"),
    key: keyOf(record, "x-api-key", "x_api_key"),
    key_name: consumer,
    consumer,
    method: firstText(record, "method", ":method", "request_method"),
    route: firstOf(
      record,
      routeOf,
      "x-envoy-origin-path",
      "x-envoy-original-path",
      "path",
      ":path",
      "request_path",
    ),
    status,
    latency_ms: firstOf(record, num, "duration", "duration_ms"),
    request_bytes: int(record.bytes_received),
    response_bytes: int(record.bytes_sent),
    client_ip: firstOf(
      record,
      address,
      "x-forwarded-for",
      "x_forwarded_for",
      "downstream_remote_address",
      "downstream_direct_remote_address",
    ),
    user_agent: firstText(record, "user-agent", "user_agent"),
    stream: bool(record["gen_ai.request.stream"]),
    response_headers: mergedHeaders(headers(record.response_headers) ?? {}, limitFields(record)),
    ...refusal(record, status),
    tags: tagsFrom({
      service: firstText(record, "upstream_cluster"),
      envoy_route: firstText(record, "route_name"),
    }),
  };
}

/** Why Envoy itself answered: its flags and details. Its own rate limits may answer with any status. */
function refusal(record: Fields, status: number | undefined): NativeEvent {
  if (status !== undefined && status > 0 && status < 400) return {};
  const flags = firstText(record, "response_flags", "response_flags_long");
  const details = firstText(record, "response_code_details")?.replace(/[[{(].*/s, "");
  const limited = flags?.split(",").some((flag) => LIMITED.has(flag.trim())) === true && status !== 429;
  return {
    error_type: details === "via_upstream" ? flags : (details ?? flags),
    error: limited ? { code: "too_many_requests" } : undefined,
  };
}

const LIMITED = new Set(["RL", "RLSE", "RateLimited", "RateLimitServiceError"]);
