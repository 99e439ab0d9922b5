import { familyOf } from "@/lib/domain/signals/verdict";
import { FieldError, type Fields } from "../fields";
import type { NativeEvent } from "./adapter";
import { firstOf, firstText, int, num, text } from "./read";

// Access logs whose fields the operator chooses and names, one line a call: Envoy, Traefik, nginx.

const REDACTED = /^\W*(?:redacted|masked|filtered|hidden|x{3,}|\*+)?\W*$/i;
const LIMIT_HEADER = /^(?:x-)?rate-?limit|^retry-after|^anthropic-|^x-amzn-errortype$|^x-ms-retry-after/;

/** Names under which operators log a key, or a name for it; `headers` are the same in the gateway's spelling of a header. */
export function keyOf(record: Fields, ...headers: string[]): string | undefined {
  return firstOf(record, keyText, "key", "key_id", "api_key_id", "api_key", ...headers);
}

/** A key, or a name for it; what the gateway redacted names none. */
export function keyText(value: unknown): string | undefined {
  const written = text(value);
  return written === undefined || REDACTED.test(written) ? undefined : written;
}

/** What a call to a model came to, under the names of OpenTelemetry, of Envoy AI Gateway's examples, and our own. */
export function modelFields(record: Fields): NativeEvent {
  return {
    provider: vendorOf(
      firstText(record, "provider", "gen_ai.provider.name", "gen_ai.system", "genai_backend_name"),
    ),
    model: firstText(
      record,
      "model",
      "gen_ai.response.model",
      "gen_ai.request.model_override",
      "genai_model_name_override",
      "gen_ai.request.model",
      "genai_model_name",
    ),
    operation: firstText(record, "operation", "gen_ai.operation.name"),
    input_tokens: firstOf(
      record,
      int,
      "input_tokens",
      "gen_ai.usage.input_tokens",
      "gen_ai.usage.prompt_tokens",
      "genai_tokens_input",
      "llm_input_token",
      "prompt_tokens",
    ),
    cached_tokens: firstOf(
      record,
      int,
      "cached_tokens",
      "gen_ai.usage.cache_read.input_tokens",
      "gen_ai.usage.cached_input_tokens",
      "genai_tokens_cached_input",
      "llm_cached_input_token",
    ),
    output_tokens: firstOf(
      record,
      int,
      "output_tokens",
      "gen_ai.usage.output_tokens",
      "gen_ai.usage.completion_tokens",
      "genai_tokens_output",
      "llm_output_token",
      "completion_tokens",
    ),
    cost_usd: firstOf(record, num, "cost_usd", "gen_ai.usage.cost"),
  };
}

/** Envoy AI Gateway names a backend by its resource (`namespace/openai/route/…`): the vendor is there or unknown. */
function vendorOf(name: string | undefined): string | undefined {
  if (name === undefined || !name.includes("/")) return name;
  return familyOf(name.split("/")[1]) ?? undefined;
}

/** Response headers that were logged one a field, each under `prefix` and its name; with `_` for `-`, as nginx writes it. */
export function headerFields(record: Fields, prefix: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [field, value] of Object.entries(record)) {
    const one = field.startsWith(prefix) ? text(value) : undefined;
    if (one !== undefined) found[headerName(field.slice(prefix.length))] = one;
  }
  return found;
}

/** Limit headers of the answer under names of the operator's, such as `x-ratelimit-remaining-requests` or `resp_retry_after`. */
export function limitFields(record: Fields): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [field, value] of Object.entries(record)) {
    const name = headerName(field).replace(/^resp(?:onse)?-(?:headers?-)?/, "");
    const one = LIMIT_HEADER.test(name) ? text(value) : undefined;
    if (one !== undefined) found[name] = one;
  }
  return found;
}

const headerName = (field: string): string => field.toLowerCase().replaceAll("_", "-");

/** The merged headers, or undefined for none. A native event takes 200 at most. */
export function mergedHeaders(...parts: Record<string, string>[]): Record<string, string> | undefined {
  const all = Object.entries(Object.assign({}, ...parts) as Record<string, string>).slice(0, 200);
  return all.length === 0 ? undefined : Object.fromEntries(all);
}

/** Tags from those of the named values that are known. */
export function tagsFrom(named: Record<string, string | undefined>): Record<string, string> | undefined {
  const tags = Object.entries(named).filter((tag): tag is [string, string] => tag[1] !== undefined);
  return tags.length === 0 ? undefined : Object.fromEntries(tags);
}

/** A gateway's log also holds lines that are no call: those have neither a method nor a path nor a status. */
export function requireCall(event: NativeEvent): NativeEvent {
  if (event.method === undefined && event.route === undefined && !event.status) {
    throw new FieldError("", "is no call: expected a method, a path or a status");
  }
  return event;
}
