import { FieldError, type Fields, isObject } from "../fields";
import type { Adapter, NativeEvent } from "./adapter";
import {
  address,
  at,
  bool,
  errorBody,
  firstInstant,
  firstOf,
  firstText,
  headers,
  httpStatus,
  int,
  num,
  routeOf,
  scaled,
  tagsFrom,
  text,
} from "./read";

/** Apache APISIX with its `http-logger`: the default log, or a `log_format` of one's own made of its and nginx's variables. */
export const apisix: Adapter = {
  format: "apisix",
  title: "Apache APISIX",
  about: "API and AI gateway; its HTTP logger posts each call",
  keyPaths: [{ path: "request.headers.apikey", what: "The caller's key, where the log has request headers" }],
  setup: [
    {
      title: "Add the logger to every route as a global rule, through the Admin API",
      language: "shell",
      text: `curl -X PUT http://127.0.0.1:9180/apisix/admin/global_rules/keygauge \\
  -H "X-API-KEY: $ADMIN_KEY" \\
  -d '{
    "plugins": {
      "http-logger": {
        "uri": "{{url}}",
        "auth_header": "Bearer {{token}}",
        "batch_max_size": 200,
        "inactive_timeout": 1,
        "buffer_duration": 2,
        "max_retry_count": 3,
        "retry_delay": 1,
        "log_format_extra": { "request_id": "$request_id" }
      }
    }
  }'`,
    },
    {
      title: "Let the AI Proxy plugin log its summaries, so that models and tokens arrive",
      language: "json",
      text: `{
  "plugins": {
    "ai-proxy": {
      "logging": { "summaries": true, "payloads": false }
    }
  }
}`,
    },
  ],
  recognises: (record) =>
    isObject(record.llm_summary) ||
    "apisix_latency" in record ||
    ("route_id" in record &&
      ["start_time", "@timestamp", "service_id", "server", "apisix_request_id"].some(
        (name) => name in record,
      )),
  events: (record) => [callOf(record)],
};

function callOf(record: Fields): NativeEvent {
  const status = firstOf(record, httpStatus, "response.status", "status", "upstream_status");
  const time = firstInstant(record, "start_time", "@timestamp", "time_iso8601", "timestamp", "time", "msec");
  if (status === undefined && time === undefined)
    throw new FieldError("", "is no log of APISIX: expected at least response.status or start_time");
  const consumer = firstText(
    record,
    "consumer.username",
    "consumer.consumer_name",
    "consumer_name",
    "consumer",
  );
  // APISIX sets this header itself, but only for a consumer that it knows; else it is the client's.
  const credential =
    consumer === undefined ? undefined : text(at(record, "request.headers.x-credential-identifier"));
  return {
    id: firstText(record, "request_id", "apisix_request_id", "x_request_id"),
    time,
    key: text(at(record, "consumer.credential_id")) ?? credential,
    key_name: consumer,
    consumer: consumer ?? firstText(record, "llm_summary.end_user_id", "llm_end_user_id"),
    method: firstText(record, "request.method", "request_method", "method"),
    route: routeOf(firstText(record, "request.uri", "request_uri", "uri", "request.url", "url")),
    status,
    latency_ms: num(record.latency) ?? scaled(record.request_time, 1e3),
    request_bytes: firstOf(record, int, "request.size", "request_length"),
    response_bytes: firstOf(record, int, "response.size", "bytes_sent", "body_bytes_sent"),
    client_ip: address(record.client_ip) ?? address(record.remote_addr),
    user_agent: firstText(record, "request.headers.user-agent", "http_user_agent", "user_agent"),
    response_headers: headers(at(record, "response.headers")),
    error: status !== undefined && status >= 400 ? errorBody(at(record, "response.body")) : undefined,
    ...aiOf(record),
    tags: tagsFrom({
      service: firstText(record, "service_name", "service_id"),
      apisix_route: firstText(record, "route_name", "route_id"),
    }),
  };
}

/** The AI plugins' summary, or their variables in a format of one's own. */
function aiOf(record: Fields): NativeEvent {
  const stream =
    firstOf(record, bool, "llm_summary.stream", "llm_stream") ??
    (record.request_type === "ai_stream" ? true : undefined);
  return {
    provider: firstText(record, "llm_summary.provider", "llm_provider", "ai_provider", "provider"),
    model: firstText(
      record,
      "llm_summary.model",
      "llm_summary.request_model",
      "llm_model",
      "request_llm_model",
    ),
    input_tokens: firstOf(record, int, "llm_summary.prompt_tokens", "llm_prompt_tokens"),
    output_tokens: firstOf(record, int, "llm_summary.completion_tokens", "llm_completion_tokens"),
    cached_tokens: firstOf(record, int, "llm_summary.cache_read_input_tokens", "llm_cache_read_input_tokens"),
    stream,
    // APISIX measures to the first token, which of an answer in one piece is the whole of it.
    ttft_ms: stream ? firstOf(record, num, "llm_summary.duration", "llm_time_to_first_token") : undefined,
  };
}
