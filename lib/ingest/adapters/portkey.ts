import { FieldError, type Fields, isObject } from "../fields";
import { tagsFrom } from "./accesslog";
import type { Adapter, NativeEvent } from "./adapter";
import {
  at,
  bool,
  errorBody,
  firstOf,
  firstText,
  headers,
  httpStatus,
  instant,
  int,
  objectAt,
  text,
} from "./read";

/** The open-source Portkey gateway's `default.log` plugin: an object for each answered call, prompts and headers in clear. */
export const portkey: Adapter = {
  format: "portkey",
  title: "Portkey AI gateway",
  about: "Open-source AI gateway; its log plugin posts answered calls",
  keyPaths: [
    { path: "request.headers.authorization", what: "The provider's key that the call was made with" },
  ],
  setup: [
    {
      title: "Log every answered call: send this config with each request, in the header x-portkey-config",
      language: "json",
      text: `{
  "output_guardrails": [
    {
      "default.log": {
        "logURL": "{{url}}",
        "headers": "{\\"Authorization\\":\\"Bearer {{token}}\\"}"
      },
      "async": true,
      "deny": false
    }
  ]
}`,
    },
  ],
  recognises: (record) =>
    isObject(record.request) &&
    isObject(record.response) &&
    ("statusCode" in record.response || "requestType" in record) &&
    ("provider" in record || "requestType" in record),
  events: (record) => [callOf(record)],
};

function callOf(record: Fields): NativeEvent {
  const status = firstOf(record, httpStatus, "response.statusCode", "response.status");
  const body = objectAt(record, "response.json");
  if (status === undefined && Object.keys(body).length === 0) {
    throw new FieldError("response", "expected an answer: put default.log under output_guardrails");
  }
  const consumer = firstText(record, "metadata._user", "metadata.user", "metadata.user_id");
  return {
    id: text(body.id),
    time: instant(body.created) ?? instant(body.created_at),
    key_name: consumer,
    consumer,
    provider: text(record.provider),
    model: text(body.model) ?? firstText(record, "request.json.model"),
    operation: text(record.requestType),
    status,
    stream: bool(at(record, "request.isStreamingRequest")),
    response_headers: headers(at(record, "response.headers")),
    error: errorBody(body.error),
    ...usageOf(objectAt(body, "usage")),
    tags: tagsFrom({
      environment: firstText(record, "metadata._environment"),
      organisation: firstText(record, "metadata._organisation"),
    }),
  };
}

/** Usage as OpenAI's two APIs and Anthropic's count it; only Anthropic's own leaves cached tokens out of the input. */
function usageOf(usage: Fields): NativeEvent {
  const cacheRead = int(usage.cache_read_input_tokens);
  const apart = (cacheRead ?? 0) + (int(usage.cache_creation_input_tokens) ?? 0);
  const input = int(usage.input_tokens);
  return {
    input_tokens: int(usage.prompt_tokens) ?? (input === undefined ? undefined : input + apart),
    cached_tokens:
      firstOf(usage, int, "prompt_tokens_details.cached_tokens", "input_tokens_details.cached_tokens") ??
      cacheRead,
    output_tokens: firstOf(usage, int, "completion_tokens", "output_tokens"),
  };
}
