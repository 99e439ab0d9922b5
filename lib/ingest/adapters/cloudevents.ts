import { FieldError, type Fields, isObject } from "../fields";
import { looseRecords, type RawRecord } from "../records";
import type { Adapter, Delivery, NativeEvent } from "./adapter";
import {
  address,
  bool,
  embedded,
  errorBody,
  firstOf,
  firstText,
  headers,
  httpStatus,
  int,
  num,
  routeOf,
  scaled,
  text,
  timeOf,
} from "./read";

/** CloudEvents 1.0 over HTTP in every mode, as OpenMeter takes them: https://github.com/cloudevents/spec */
export const cloudevents: Adapter = {
  format: "cloudevents",
  title: "CloudEvents (OpenMeter)",
  about: "Events in the CNCF's envelope, and OpenMeter's reports",
  keyPaths: [{ path: "data.api_key", what: "A key among the event's data" }],
  setup: [
    {
      title: "Post one event, or several as application/cloudevents-batch+json",
      language: "shell",
      text: `curl -X POST {{url}} \\
  -H 'Authorization: Bearer {{token}}' \\
  -H 'Content-Type: application/cloudevents+json' \\
  -d '{
    "specversion": "1.0",
    "type": "request",
    "source": "gateway-1",
    "id": "call-1",
    "subject": "team-search",
    "data": { "method": "POST", "route": "/v1/chat", "status": 200, "duration_ms": 81 }
  }'`,
    },
    {
      title: "LiteLLM: its OpenMeter callback, through the environment",
      language: "shell",
      text: `export OPENMETER_API_ENDPOINT={{origin}}
export OPENMETER_API_KEY={{token}}`,
    },
    {
      title: "LiteLLM: name the callback in config.yaml",
      language: "yaml",
      text: `litellm_settings:
  callbacks: ["openmeter"]`,
    },
  ],
  recognises: (record) =>
    typeof record.specversion === "string" &&
    typeof record.type === "string" &&
    typeof record.source === "string",
  claims: ({ header }) => speaksCloudEvents(header),
  records: (delivery) => (isBinary(delivery.header) ? [binary(delivery)] : looseRecords(delivery.body)),
  events: (record) => [callOf(record)],
};

type Header = Delivery["header"];

const isStructured = (header: Header): boolean =>
  /^application\/cloudevents/i.test(header("content-type") ?? "");
const isBinary = (header: Header): boolean => header("ce-specversion") !== undefined && !isStructured(header);

/** Whether a request's headers say that it carries CloudEvents. */
export const speaksCloudEvents = (header: Header): boolean => isStructured(header) || isBinary(header);

const ATTRIBUTES = ["specversion", "id", "source", "type", "subject", "time"] as const;

/** Binary mode: attributes are headers, percent-encoded, and the body is the data alone. */
function binary({ header, body }: Delivery): RawRecord {
  const attributes = ATTRIBUTES.map((name) => [name, decoded(header(`ce-${name}`))] as const);
  const [data] = looseRecords(body);
  const given = data !== undefined && "value" in data ? data.value : undefined;
  return { index: 0, value: { ...Object.fromEntries(attributes), data: given } };
}

function decoded(value: string | undefined): string | undefined {
  try {
    return value === undefined ? undefined : decodeURIComponent(value);
  } catch {
    return value;
  }
}

function callOf(record: Fields): NativeEvent {
  const data = dataOf(record);
  if (record.specversion === undefined && record.type === undefined && data === null)
    throw new FieldError("specversion", "expected a CloudEvent");
  const given = data ?? {};
  const [id, source] = [text(record.id), text(record.source)];
  const error = errorBody(given.error);
  return {
    id: id === undefined ? undefined : `${source ?? ""}/${id}`,
    time: timeOf(record.time),
    key: firstText(given, "key", "key_id", "api_key_id", "api_key", "apiKey", "apiKeyId"),
    key_name: firstText(given, "key_name", "key_alias", "api_key_name"),
    provider: firstText(given, "provider", "custom_llm_provider", "vendor"),
    pool: text(given.pool),
    consumer: text(record.subject) ?? firstText(given, "consumer", "customer", "user", "user_id", "team"),
    model: firstText(given, "model", "model_name"),
    operation: firstText(given, "operation", "call_type"),
    method: firstText(given, "method", "http_method"),
    route: routeOf(firstText(given, "route", "path", "uri", "url", "endpoint")),
    region: text(given.region),
    user_agent: firstText(given, "user_agent", "userAgent"),
    status: firstOf(
      given,
      httpStatus,
      "status",
      "status_code",
      "statusCode",
      "http_status",
      "response_status",
    ),
    error_type: firstText(given, "error_type", "errorType"),
    error,
    response_headers: headers(given.response_headers),
    retry_after_s: firstOf(given, num, "retry_after_s"),
    latency_ms:
      firstOf(given, num, "latency_ms", "duration_ms", "latencyMs", "durationMs") ??
      firstOf(given, (value) => scaled(value, 1e3), "duration_s", "duration_seconds", "latency_s"),
    ttft_ms: firstOf(given, num, "ttft_ms"),
    cost_usd: firstOf(given, num, "cost_usd", "cost", "response_cost", "costUsd"),
    ...tokensOf(given),
    request_bytes: firstOf(given, int, "request_bytes", "bytes_in", "request_size"),
    response_bytes: firstOf(given, int, "response_bytes", "bytes_out", "response_size"),
    attempt: int(given.attempt),
    client_ip: firstOf(given, address, "client_ip", "ip", "remote_addr", "clientIp"),
    stream: bool(given.stream),
    cache_hit: bool(given.cache_hit),
    tags: tagsOf(record),
  };
}

function dataOf(record: Fields): Fields | null {
  if (typeof record.data_base64 === "string")
    return embedded(Buffer.from(record.data_base64, "base64").toString("utf8"));
  if (isObject(record.data)) return record.data;
  return typeof record.data === "string" ? embedded(record.data) : null;
}

/**
 * OpenMeter counts `tokens` of a `type` (`input`, `output`). A total alone counts as input, so that sums of tokens are right.
 */
function tokensOf(data: Fields): NativeEvent {
  const input = firstOf(data, int, "input_tokens", "prompt_tokens", "inputTokens", "promptTokens");
  const output = firstOf(data, int, "output_tokens", "completion_tokens", "outputTokens", "completionTokens");
  const cached_tokens = firstOf(data, int, "cached_tokens", "cachedTokens");
  if (input !== undefined || output !== undefined)
    return { input_tokens: input, output_tokens: output, cached_tokens };
  const tokens = firstOf(data, int, "tokens", "total_tokens", "totalTokens");
  const isOutput = /^(output|completion)/i.test(text(data.type) ?? text(data.token_type) ?? "");
  return isOutput ? { output_tokens: tokens } : { input_tokens: tokens, cached_tokens };
}

function tagsOf({ type, source }: Fields): Record<string, string> | undefined {
  const named = Object.entries({ type: text(type), source: text(source) }).filter(
    (tag): tag is [string, string] => tag[1] !== undefined,
  );
  return named.length === 0 ? undefined : Object.fromEntries(named);
}
