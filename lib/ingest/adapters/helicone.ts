import { FieldError, type Fields } from "../fields";
import type { Adapter, NativeEvent } from "./adapter";
import { embedded, errorBody, firstOf, firstText, httpStatus, int, num, text } from "./read";
import { isHmac } from "./signature";

/** Helicone's webhooks: one object for each request to a model, signed with HMAC-SHA256 of the body. */
export const helicone: Adapter = {
  format: "helicone",
  title: "Helicone",
  about: "Its webhooks, signed",
  setup: [
    {
      title: "Add a webhook at helicone.ai/webhooks, with its data included; the token stands in the address",
      language: "text",
      text: `Destination URL: {{url}}/{{token}}
Sample Rate: 100 %
Include Data: on`,
    },
    {
      title: "Or add it through the API",
      language: "shell",
      text: `curl -X POST https://api.helicone.ai/v1/webhooks \\
  -H "Authorization: Bearer $HELICONE_API_KEY" \\
  -H 'Content-Type: application/json' \\
  -d '{
    "destination": "{{url}}/{{token}}",
    "config": { "sampleRate": 100 },
    "includeData": true
  }'`,
    },
  ],
  recognises: (record) =>
    typeof record.request_id === "string" && ("request_response_url" in record || holdsBodies(record)),
  events: (record) => [callOf(record)],
  verify: ({ header, body }, secret) => isHmac("sha256", secret, body, header("helicone-signature")),
};

/** Access logs may hold bodies, too, but never without saying what was asked or answered. */
const holdsBodies = (record: Fields): boolean =>
  "request_body" in record &&
  "response_body" in record &&
  !["request", "request_method", "method", "status", "response_code"].some((name) => name in record);

function callOf(record: Fields): NativeEvent {
  // What the provider answered, when it is short enough to be whole: its error and its count of tokens, nothing else.
  const response = embedded(record.response_body);
  const id = text(record.request_id);
  const model = text(record.model) ?? text(response.model);
  if (id === undefined && model === undefined)
    throw new FieldError("", "is no webhook of Helicone: expected at least request_id or model");
  return {
    id,
    key: firstText(record, "properties.key", "properties.api_key"),
    provider: text(record.provider)?.toLowerCase(),
    consumer: firstText(record, "user_id", "properties.user", "properties.UserId", "properties.userId"),
    model,
    status: firstOf(
      record,
      httpStatus,
      "metadata.statusCode",
      "metadata.status",
      "status",
      "response_status",
    ),
    latency_ms: firstOf(record, num, "metadata.latencyMs", "latency_ms"),
    ttft_ms: firstOf(record, num, "metadata.timeToFirstToken", "metadata.timeToFirstTokenMs"),
    cost_usd: firstOf(record, num, "metadata.cost", "metadata.costUsd", "cost"),
    input_tokens:
      firstOf(record, int, "metadata.promptTokens", "metadata.inputTokens") ??
      firstOf(response, int, "usage.prompt_tokens", "usage.input_tokens"),
    output_tokens:
      firstOf(record, int, "metadata.completionTokens", "metadata.outputTokens") ??
      firstOf(response, int, "usage.completion_tokens", "usage.output_tokens"),
    error: errorBody(response.error),
  };
}
