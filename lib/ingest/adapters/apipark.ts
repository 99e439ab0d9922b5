import { FieldError, type Fields, isObject } from "../fields";
import type { Adapter, NativeEvent } from "./adapter";
import {
  address,
  at,
  errorBody,
  firstInstant,
  firstText,
  headers,
  httpStatus,
  int,
  num,
  routeOf,
  tagsFrom,
  text,
} from "./read";

/** APIPark's gateway Apinto with its `http_output`: one object for each request, of whatever its formatter lists. */
export const apipark: Adapter = {
  format: "apipark",
  title: "APIPark / Apinto",
  about: "AI and API gateway; its HTTP output posts the access log",
  setup: [
    {
      title: "Add an HTTP output for the access log, through Apinto's Admin API",
      language: "shell",
      text: `curl -X POST http://localhost:9400/api/output/keygauge \\
  -H 'Content-Type: application/json' \\
  -d '{
    "driver": "http_output",
    "description": "Keygauge",
    "scopes": ["access_log"],
    "method": "POST",
    "url": "{{url}}",
    "headers": { "Authorization": "Bearer {{token}}" },
    "type": "json",
    "formatter": {
      "fields": [
        "$request_id", "$msec", "$time_iso8601", "$request_method", "$request_uri", "$status",
        "$request_time", "$request_length", "$response_length", "$response_headers", "$src_ip",
        "$api", "$service", "$service_title", "$application", "$authorization", "$authorization_name",
        "@ai"
      ],
      "ai": [
        "$ai_provider", "$ai_model", "$ai_key", "$ai_model_status", "$ai_model_input_token",
        "$ai_model_output_token", "$ai_model_total_token", "$ai_provider_statuses"
      ]
    }
  }'`,
    },
  ],
  recognises(record) {
    const fields = flat(record);
    const has = (...names: string[]) => names.some((name) => name in fields);
    return (
      has("ai_provider_statuses", "ai_model_status", "ai_model_input_token") ||
      (has("request_id") && has("api", "api_id") && has("src_ip", "application", "cluster")) ||
      (has("request_id") && has("src_ip") && has("application", "authorization")) ||
      (has("time_iso8601") && has("proxy_uri", "proxy_addr", "proxy_body"))
    );
  },
  events: eventsOf,
  // Its client never closes the body of a 200: any body at all would hold a connection for good.
  answer: () => ({ type: null, body: "" }),
};

/** One upstream key that the gateway tried for a call. */
interface Attempt {
  key: string;
  provider: string | undefined;
  model: string | undefined;
  state: string;
}

/** The codes by which the signals know Apinto's states of a key; `normal` and unknown ones have none. */
const CODES: Record<string, string> = {
  "quota exhausted": "quota_exhausted",
  exceeded: "too_many_requests",
  expired: "unauthorized",
  invalid: "unauthorized",
  timeout: "timeout",
  "invalid request": "invalid_request_error",
};

function eventsOf(record: Fields): NativeEvent[] {
  const fields = flat(record);
  const id = text(fields.request_id);
  const status = httpStatus(fields.status) ?? httpStatus(fields.proxy_status);
  const attempts = attemptsOf(fields);
  if (id === undefined && status === undefined && attempts.length === 0)
    throw new FieldError("", "is no access log of Apinto: expected at least request_id or status");

  const time = firstInstant(fields, "msec", "time_iso8601", "timestamp");
  const answering = answeringOf(fields, attempts);
  const caller = text(fields.authorization);
  const response_headers = responseHeaders(fields);
  const error = status !== undefined && status >= 400 ? errorBody(fields.response_body) : undefined;
  const call = { ...callOf(fields), id, time, status };
  const tried = attempts.map((attempt, i): NativeEvent => {
    const event = { ...keyOf(attempt), id: id && `${id}/${i + 1}`, time, attempt: i + 1 };
    if (attempt !== answering) return { ...event, ...verdictOf(attempt, status) };
    const own = attempt.state === "normal" && status !== undefined && status >= 400 ? undefined : status;
    return { ...event, response_headers, status: own, ...verdictOf(attempt, status, error) };
  });

  if (caller === undefined) {
    const keyed = {
      ...call,
      response_headers,
      error,
      ...keyOf(answering),
      ...verdictOf(answering, status, error),
    };
    return [keyed, ...tried.filter((_, i) => attempts[i] !== answering)];
  }
  // What the provider said is about the key that it answered, and about the caller's only where no other is known.
  const heard = answering === undefined ? { response_headers, error } : delayOf(response_headers);
  const key_name = firstText(fields, "authorization_name", "token");
  return [{ ...call, ...heard, key: caller, key_name }, ...tried];
}

function callOf(fields: Fields): NativeEvent {
  return {
    consumer: firstText(fields, "application", "app"),
    provider: text(fields.ai_provider),
    model: text(fields.ai_model),
    method: text(fields.request_method),
    route: routeOf(firstText(fields, "request_uri", "uri")),
    latency_ms: num(fields.request_time) ?? responseMs(fields.response_time),
    request_bytes: int(fields.request_length),
    response_bytes: int(fields.response_length),
    client_ip: address(fields.src_ip) ?? address(fields.remote_addr),
    user_agent: firstText(fields, "http_user_agent", "user_agent"),
    input_tokens: int(fields.ai_model_input_token),
    output_tokens: int(fields.ai_model_output_token),
    cost_usd: num(fields.ai_model_cost),
    tags: tagsFrom({
      service: firstText(fields, "service_title", "service"),
      api: firstText(fields, "api", "api_id"),
    }),
  };
}

/** Formatters nest what they like under names they like (`@ai`, `@request` …): all of it on one level. */
function flat(record: Fields): Fields {
  const groups = Object.entries(record).flatMap(([name, value]) =>
    isObject(value) && !name.endsWith("headers") ? Object.entries(value) : [],
  );
  return Object.fromEntries([...groups, ...Object.entries(record)]);
}

function attemptsOf(fields: Fields): Attempt[] {
  const [provider, model] = [text(fields.ai_provider), text(fields.ai_model)];
  const attempts = listOf(fields.ai_provider_statuses).flatMap((one) => {
    const key = text(at(one, "key"));
    if (key === undefined) return [];
    return {
      key,
      provider: text(at(one, "provider")) ?? provider,
      model: text(at(one, "model")) ?? model,
      state: stateOf(at(one, "status")),
    };
  });
  const key = text(fields.ai_key);
  if (key === undefined || attempts.some((attempt) => attempt.key === key)) return attempts;
  return [...attempts, { key, provider, model, state: stateOf(fields.ai_model_status) }];
}

/** The attempt whose answer the caller got. */
const answeringOf = (fields: Fields, attempts: readonly Attempt[]): Attempt | undefined =>
  attempts.findLast(({ key }) => key === text(fields.ai_key)) ??
  attempts.findLast(({ state }) => state === "normal") ??
  attempts.at(-1);

const stateOf = (value: unknown): string => text(value)?.toLowerCase().replace(/[_-]/g, " ") ?? "normal";

/** Versions that send every value as text write lists as JSON. */
function listOf(value: unknown): unknown[] {
  if (typeof value !== "string") return Array.isArray(value) ? value : [];
  try {
    return listOf(JSON.parse(value) as unknown);
  } catch {
    return [];
  }
}

function keyOf(attempt: Attempt | undefined): NativeEvent {
  if (attempt === undefined) return {};
  const { key, provider, model } = attempt;
  // The id alone: the whole key would be masked wherever it stands.
  return {
    key,
    key_name: key.endsWith("@ai-key") ? key.slice(0, -"@ai-key".length) : undefined,
    provider,
    model,
  };
}

/** A key's state as an error that the signals understand, with the provider's own error where there is one. */
function verdictOf(
  attempt: Attempt | undefined,
  status: number | undefined,
  error?: NativeEvent["error"],
): NativeEvent {
  const known = attempt && CODES[attempt.state];
  if (known === undefined) return {};
  // Apinto looks for an error type that OpenAI does not send, so a limited key is reported as an invalid one.
  const code = attempt?.state === "invalid" && status === 429 ? "too_many_requests" : known;
  const both = { code, error };
  return { error_type: attempt?.state, error: errorBody(both) === both ? both : { code } };
}

/** Headers as an object, or as older versions write them: encoded like a query. */
function responseHeaders(fields: Fields): Record<string, string> | undefined {
  const given = fields.response_headers;
  if (isObject(given)) return headers(given);
  const written = text(given) ?? text(fields.response_header);
  return written === undefined ? undefined : headers(Object.fromEntries(new URLSearchParams(written)));
}

/** How long the caller was told to wait; the limits themselves are those of the key behind it. */
function delayOf(given: Record<string, string> = {}): NativeEvent {
  const delays = Object.entries(given).filter(([name]) => name.startsWith("retry-after"));
  return delays.length === 0 ? {} : { response_headers: Object.fromEntries(delays) };
}

/** The upstream's time in ms: a number counts ns, the text of older versions ms or ns, told apart by size. */
function responseMs(value: unknown): number | undefined {
  const found = num(value);
  const inMs = found === undefined || (typeof value === "string" && found < 1e6);
  return inMs ? found : Math.round(found / 1e3) / 1e3;
}
