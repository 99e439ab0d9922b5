import { FieldError, type Fields, isObject } from "../fields";
import type { Adapter, NativeEvent } from "./adapter";
import {
  address,
  at,
  firstText,
  headers,
  httpStatus,
  int,
  num,
  objectAt,
  routeOf,
  tagsFrom,
  text,
} from "./read";

/** Kong Gateway's `http-log` plugin: an object for each request, or an array of them when its queue batches. */
export const kong: Adapter = {
  format: "kong",
  title: "Kong Gateway",
  about: "API and AI gateway; its HTTP Log plugin posts each call",
  setup: [
    {
      title: "Add the HTTP Log plugin to every service, through the Admin API",
      language: "shell",
      text: `curl -X POST http://localhost:8001/plugins \\
  -H 'Content-Type: application/json' \\
  -d '{
    "name": "http-log",
    "config": {
      "http_endpoint": "{{url}}",
      "method": "POST",
      "headers": { "Authorization": "Bearer {{token}}" },
      "queue": { "max_batch_size": 200, "max_coalescing_delay": 1 }
    }
  }'`,
    },
    {
      title: "Let the AI Proxy plugin log its statistics, so that models, tokens and cost arrive",
      language: "yaml",
      text: `plugins:
  - name: ai-proxy
    config:
      logging:
        log_statistics: true`,
    },
  ],
  keyPaths: [{ path: "request.headers.apikey", what: "The key that the caller sent, where it is a header" }],
  recognises: (record) =>
    isObject(record.latencies) && isObject(record.request) && num(record.started_at) !== undefined,
  events: (record) => [callOf(record)],
};

function callOf(record: Fields): NativeEvent {
  const response = objectAt(record, "response");
  const [status, time] = [httpStatus(response.status), num(record.started_at)];
  if (status === undefined && time === undefined)
    throw new FieldError("", "is no log of Kong: expected at least response.status or started_at");
  const consumer = firstText(record, "consumer.username", "consumer.custom_id", "consumer.id");
  return {
    id: text(at(record, "request.id")),
    time,
    key: text(at(record, "authenticated_entity.id")),
    key_name: consumer,
    consumer,
    method: text(at(record, "request.method")),
    route: routeOf(at(record, "request.uri")),
    status,
    latency_ms: num(at(record, "latencies.request")),
    request_bytes: int(at(record, "request.size")),
    response_bytes: int(response.size),
    client_ip: address(record.client_ip),
    user_agent: text(at(record, "request.headers.user-agent")),
    response_headers: headers(response.headers),
    ...aiOf(record),
    tags: tagsFrom({
      service: firstText(record, "service.name", "service.id"),
      kong_route: firstText(record, "route.name", "route.id"),
    }),
  };
}

/** The AI plugins write under names of their own (`proxy`, `ai-proxy`, `ai-proxy-advanced` …): all that have a usage count. */
function aiOf(record: Fields): NativeEvent {
  const named = Object.entries(objectAt(record, "ai")).filter(
    (entry): entry is [string, Fields] => isObject(entry[1]) && isObject(entry[1].usage),
  );
  if (named.length === 0) return {};
  const parts = named.map(([, part]) => part);
  const sum = (path: string, read: (value: unknown) => number | undefined) => {
    const found = parts.map((part) => read(at(part, path))).filter((value) => value !== undefined);
    return found.length === 0 ? undefined : found.reduce((a, b) => a + b, 0);
  };
  // The proxy's own answered the call; transformers ask models on the way.
  const [, answering] = named.find(([name]) => name.includes("proxy")) ?? named.at(-1) ?? [];
  const meta = objectAt(answering, "meta");
  return {
    provider: text(meta.provider_name),
    model: firstText(meta, "response_model", "request_model"),
    input_tokens: sum("usage.prompt_tokens", int),
    output_tokens: sum("usage.completion_tokens", int),
    cost_usd: sum("usage.cost", num),
  };
}
