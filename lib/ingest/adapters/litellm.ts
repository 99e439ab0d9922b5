import { FieldError, type Fields } from "../fields";
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
  instant,
  int,
  num,
  objectAt,
  routeOf,
  scaled,
  tagsFrom,
  text,
} from "./read";

/** LiteLLM's proxy: its standard logging payload through the `generic_api` callback, and its budget alerts. */
export const litellm: Adapter = {
  format: "litellm",
  title: "LiteLLM proxy",
  about: "AI gateway; its generic API callback posts each call",
  keyPaths: [{ path: "metadata.user_api_key_alias", what: "The virtual key's alias" }],
  setup: [
    {
      title: "Add a callback to the proxy's config.yaml",
      language: "yaml",
      text: `litellm_settings:
  callbacks: ["keygauge"]
  turn_off_message_logging: true
callback_settings:
  keygauge:
    callback_type: generic_api
    endpoint: {{url}}
    headers:
      Authorization: Bearer {{token}}`,
    },
    {
      title: "To hear of crossed budgets too, let the proxy post its alerts",
      language: "yaml",
      text: `general_settings:
  alerting: ["webhook"]
environment_variables:
  WEBHOOK_URL: {{url}}/{{token}}`,
    },
  ],
  recognises: (record) =>
    isAlert(record) ||
    ("startTime" in record && ("call_type" in record || "custom_llm_provider" in record)) ||
    at(record, "metadata.user_api_key_hash") !== undefined,
  events: (record) => (isAlert(record) ? alertOf(record) : [callOf(record)]),
};

const isAlert = (record: Fields): boolean =>
  typeof record.event === "string" && "event_group" in record && "event_message" in record;

/** A crossed budget is a call that the proxy refused on its own; other alerts tell of no call. */
function alertOf(record: Fields): NativeEvent[] {
  const key = text(record.token);
  if (record.event !== "budget_crossed" || key === undefined) return [];
  return [
    {
      key,
      key_name: text(record.key_alias),
      consumer: firstText(record, "team_alias", "team_id", "customer_id", "user_id"),
      error_type: "budget_exceeded",
    },
  ];
}

function callOf(record: Fields): NativeEvent {
  const time = firstInstant(record, "startTime", "start_time");
  const id = firstText(record, "id", "litellm_call_id", "request_id");
  if (time === undefined && id === undefined)
    throw new FieldError("", "is no log of LiteLLM: expected at least id or startTime");
  const metadata = objectAt(record, "metadata");
  const stream = bool(record.stream);
  return {
    id,
    time,
    key: firstText(metadata, "user_api_key_hash", "user_api_key"),
    key_name: text(metadata.user_api_key_alias),
    consumer:
      firstText(metadata, "user_api_key_team_alias", "user_api_key_team_id") ??
      text(record.end_user) ??
      firstText(metadata, "user_api_key_end_user_id", "user_api_key_user_id"),
    provider: firstText(record, "custom_llm_provider", "error_information.llm_provider"),
    model: firstText(record, "model", "model_group"),
    operation: text(record.call_type),
    route: routeOf(metadata.user_api_key_request_route),
    latency_ms: between(record, "startTime", "endTime") ?? scaled(record.response_time, 1e3),
    ttft_ms: stream ? between(record, "startTime", "completionStartTime") : undefined,
    cost_usd: firstOf(record, num, "response_cost", "cost_breakdown.total_cost"),
    input_tokens: firstOf(record, int, "prompt_tokens", "metadata.usage_object.prompt_tokens"),
    output_tokens: firstOf(record, int, "completion_tokens", "metadata.usage_object.completion_tokens"),
    cached_tokens: firstOf(
      metadata,
      int,
      "usage_object.prompt_tokens_details.cached_tokens",
      "usage_object.cache_read_input_tokens",
    ),
    client_ip: address(record.requester_ip_address) ?? address(metadata.requester_ip_address),
    user_agent: text(metadata.user_agent),
    stream,
    cache_hit: bool(record.cache_hit),
    response_headers: headers(at(record, "hidden_params.additional_headers")),
    ...resultOf(record),
    tags: tagsFrom({ model_group: text(record.model_group), deployment: text(record.model_id) }),
  };
}

/** The status and error of a call. What LiteLLM gives no code to, it answers with 500 itself. */
function resultOf(record: Fields): NativeEvent {
  const code = httpStatus(at(record, "error_information.error_code"));
  const error_type = text(at(record, "error_information.error_class"));
  const failed = record.status === "failure" || (record.status !== "success" && (code ?? 0) >= 400);
  if (!failed) return { status: 200 };
  return {
    status: code ?? 500,
    error_type,
    error: errorBody(firstText(record, "error_information.error_message", "error_str")),
  };
}

/** Milliseconds from one time of a record to another; times in seconds are exact to microseconds. */
function between(record: Fields, from: string, to: string): number | undefined {
  const [start, end] = [seconds(record[from]), seconds(record[to])];
  if (start !== undefined && end !== undefined) return scaled(end - start, 1e3);
  const [first, last] = [instant(record[from]), instant(record[to])];
  return first === undefined || last === undefined ? undefined : num(last - first);
}

/** A Unix time in seconds; a time that is written out is none. */
function seconds(value: unknown): number | undefined {
  return /^[\d.]+$/.test(text(value) ?? "") ? num(value) : undefined;
}
