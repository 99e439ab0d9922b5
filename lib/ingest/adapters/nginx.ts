import type { Fields } from "../fields";
import {
  headerFields,
  keyOf,
  limitFields,
  mergedHeaders,
  modelFields,
  requireCall,
  tagsFrom,
} from "./accesslog";
import type { Adapter, NativeEvent } from "./adapter";
import { address, firstInstant, firstOf, firstText, httpStatus, int, routeOf, scaled, text } from "./read";

const CALL_FIELDS = ["request", "request_uri", "uri", "request_method", "path", "method"];
const OWN_FIELDS = [
  "request_time",
  "body_bytes_sent",
  "bytes_sent",
  "upstream_addr",
  "upstream_status",
  "upstream_response_time",
  "time_iso8601",
  "time_local",
  "msec",
  "remote_addr",
  "http_user_agent",
];

/** nginx with a JSON `log_format`, shipped by Vector or fluent-bit. Its times are seconds. */
export const nginx: Adapter = {
  format: "nginx",
  title: "nginx",
  about: "Its JSON access log, shipped by Vector",
  keyPaths: [{ path: "http_authorization", what: "The caller's Authorization header, where it is logged" }],
  setup: [
    {
      title: "Let nginx log JSON, in the http block",
      language: "nginx",
      text: `log_format keygauge escape=json '{'
  '"msec":"$msec","request_id":"$request_id","consumer":"$http_x_consumer",'
  '"request_method":"$request_method","request_uri":"$request_uri","status":"$status",'
  '"request_time":"$request_time","upstream_status":"$upstream_status",'
  '"request_length":"$request_length","bytes_sent":"$bytes_sent",'
  '"remote_addr":"$remote_addr","http_user_agent":"$http_user_agent",'
  '"limit_req_status":"$limit_req_status",'
  '"upstream_http_retry_after":"$upstream_http_retry_after",'
  '"upstream_http_x_ratelimit_limit_requests":"$upstream_http_x_ratelimit_limit_requests",'
  '"upstream_http_x_ratelimit_remaining_requests":"$upstream_http_x_ratelimit_remaining_requests",'
  '"upstream_http_x_ratelimit_reset_requests":"$upstream_http_x_ratelimit_reset_requests"'
'}';
access_log /var/log/nginx/keygauge.log keygauge;`,
    },
    {
      title: "Ship the log with Vector",
      language: "yaml",
      text: `sources:
  nginx:
    type: file
    include: [/var/log/nginx/keygauge.log]
sinks:
  keygauge:
    type: http
    inputs: [nginx]
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
  recognises: (record) =>
    ("status" in record || "upstream_status" in record) &&
    CALL_FIELDS.some((field) => field in record) &&
    OWN_FIELDS.some((field) => field in record),
  events: (record) => [requireCall(callOf(record))],
};

function callOf(record: Fields): NativeEvent {
  const [, method, path] = /^([A-Za-z]+) (\S+)/.exec(text(record.request) ?? "") ?? [];
  const status = firstOf(record, httpStatus, "status", "code", "upstream_status");
  const consumer = firstText(
    record,
    "consumer",
    "http_x_consumer",
    "http_x_consumer_username",
    "http_x_consumer_id",
    "remote_user",
    "user",
  );
  return {
    ...modelFields(record),
    id: firstText(record, "request_id", "req_id"),
    time: firstInstant(
      record,
      "msec",
      "time_iso8601",
      "time_local",
      "time",
      "timestamp",
      "@timestamp",
      "date",
    ),
    key: keyOf(record, "http_x_api_key", "http_apikey", "http_api_key"),
    key_name: consumer,
    consumer,
    method: firstText(record, "request_method", "method") ?? method,
    route: firstOf(record, routeOf, "request_uri", "uri", "path") ?? routeOf(path),
    status,
    latency_ms: firstOf(record, seconds, "request_time", "upstream_response_time", "duration"),
    request_bytes: int(record.request_length),
    response_bytes: firstOf(record, int, "bytes_sent", "body_bytes_sent", "size"),
    client_ip: firstOf(
      record,
      address,
      "remote_addr",
      "client_ip",
      "client",
      "remote",
      "http_x_real_ip",
      "http_x_forwarded_for",
      "x_forwarded_for",
    ),
    user_agent: firstText(record, "http_user_agent", "user_agent", "agent"),
    response_headers: mergedHeaders(
      limitFields(record),
      headerFields(record, "sent_http_"),
      headerFields(record, "upstream_http_"),
    ),
    error: isRejected(record) && status !== 429 ? { code: "too_many_requests" } : undefined,
    tags: tagsFrom({ service: firstText(record, "upstream_name", "proxy_host", "service_name") }),
  };
}

const seconds = (value: unknown): number | undefined => scaled(value, 1e3);

/** nginx's own limits answer 503 unless told otherwise. */
const isRejected = (record: Fields): boolean =>
  record.limit_req_status === "REJECTED" || record.limit_conn_status === "REJECTED";
