import type { Fields } from "../../fields";
import type { NativeEvent } from "../adapter";
import { envoy } from "../envoy";
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
  objectAt,
  routeOf,
  scaled,
  text,
} from "../read";
import { traefik } from "../traefik";

/**
 * The call that a log record or span reports, by the semantic conventions for HTTP and generative AI, under their current
 * and previous names: https://opentelemetry.io/docs/specs/semconv. None for other spans and logs.
 */
export function callOf(record: Fields): NativeEvent[] {
  const attributes = objectAt(record, "attributes");
  if (record.signal === "span") return isCall(record.kind, attributes) ? [eventOf(record, attributes)] : [];
  const own = carried(record, attributes);
  if (own !== null) return own;
  return isLogged(record, attributes) ? [eventOf(record, attributes)] : [];
}

/** Gateways that export their access log over OTLP under the names of their own log. */
const CARRIED = [traefik, envoy];

function carried(record: Fields, attributes: Fields): NativeEvent[] | null {
  const entry = { ...objectAt(record, "body"), ...attributes };
  const adapter = CARRIED.find(({ recognises }) => recognises(entry));
  if (adapter === undefined) return null;
  const { time } = record as { time?: string | number };
  return adapter
    .events(entry)
    .map((event) => ({ ...event, id: event.id ?? idOf(record), time: event.time ?? time }));
}

const hasOneOf = (names: readonly string[]) => (attributes: Fields) =>
  names.some((name) => attributes[name] !== undefined && attributes[name] !== null);

const STATUS = ["http.response.status_code", "http.status_code"];
const METHOD = ["http.request.method", "http.method"];
const INPUT = ["gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"];
const OUTPUT = ["gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"];
const MODEL = ["gen_ai.response.model", "gen_ai.request.model"];
const isHttp = hasOneOf([...STATUS, ...METHOD]);
const isInference = hasOneOf([...INPUT, ...OUTPUT, ...MODEL]);

/**
 * One call makes several spans: only the server's own counts, and the client's when it talks to a model. Cloudflare leaves
 * the kind open.
 */
function isCall(kind: unknown, attributes: Fields): boolean {
  switch (kind) {
    case 2:
    case "2":
    case "SPAN_KIND_SERVER":
      return true;
    case 3:
    case "3":
    case "SPAN_KIND_CLIENT":
      return Object.keys(attributes).some((name) => name.startsWith("gen_ai."));
    case undefined:
    case null:
    case 0:
    case "SPAN_KIND_UNSPECIFIED":
      return isInference(attributes);
    default:
      return false;
  }
}

/** Events of a conversation (`gen_ai.user.message`, `gen_ai.choice` …) name a model, too, and are parts of one call. */
function isLogged({ event }: Fields, attributes: Fields): boolean {
  const name = text(event) ?? text(attributes["event.name"]) ?? "";
  if (/^gen_ai\.(.*message|choice|evaluation.*)$/.test(name)) return false;
  return isHttp(attributes) || isInference(attributes);
}

function eventOf(record: Fields, attributes: Fields): NativeEvent {
  const named = (...names: string[]) => firstText(attributes, ...names);
  const pick = <T>(names: readonly string[], read: (value: unknown) => T | undefined) =>
    firstOf(attributes, read, ...names);
  const status = pick(STATUS, httpStatus) ?? statusOf(record, attributes);
  const apiKey = named("api_key.id", "api_key_id", "apiKeyId", "api.key.id");
  const consumer =
    named(...CONSUMER) ??
    firstText(embedded(attributes["cf-aig-metadata"]), ...METADATA) ??
    named(...METADATA);
  const errorType = named("error.type");
  const failed = errorType !== undefined || isError(record);
  const service = text(objectAt(record, "resource")["service.name"]);
  return {
    id: idOf(record),
    time: record.time as string | number | undefined,
    // Alone, a key's id is its consumer, and so stays readable: as a key it would be masked wherever it stands.
    key: consumer === undefined ? undefined : apiKey,
    key_name: named("api_key.name", "api_key.alias"),
    provider: providerOf(named("gen_ai.provider.name", "gen_ai.system", "gen_ai.model.provider")),
    consumer: consumer ?? apiKey,
    model: named(...MODEL),
    operation: named("gen_ai.operation.name"),
    method: named(...METHOD),
    route: routeOf(named("http.route", "url.path", "http.target", "url.full", "http.url")),
    region: named("cloud.region") ?? text(objectAt(record, "resource")["cloud.region"]),
    user_agent: named("user_agent.original", "http.user_agent"),
    status,
    error_type: errorType,
    error: failed ? errorBody(objectAt(record, "status").message) : undefined,
    latency_ms: durationMs(record) ?? pick(DURATION_S, (value) => scaled(value, 1e3)),
    ttft_ms: pick(FIRST_CHUNK_S, (value) => scaled(value, 1e3)),
    cost_usd: pick(["gen_ai.usage.cost", "gen_ai.usage.total_cost", "gen_ai.usage.cost_usd"], num),
    input_tokens: pick(INPUT, int),
    output_tokens: pick(OUTPUT, int),
    cached_tokens: pick(
      ["gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens"],
      int,
    ),
    request_bytes: pick(["http.request.body.size", "http.request.size", "http.request_content_length"], int),
    response_bytes: pick(
      ["http.response.body.size", "http.response.size", "http.response_content_length"],
      int,
    ),
    client_ip: pick(CLIENT, address),
    stream: pick(["gen_ai.request.stream", "gen_ai.request.is_stream"], bool),
    response_headers: responseHeaders(attributes),
    tags: service === undefined ? undefined : { service },
  };
}

const CONSUMER = [
  "enduser.id",
  "user.id",
  "enduser.pseudo.id",
  "user.name",
  "consumer",
  "consumer.id",
  "client.id",
];
/** What people put into Cloudflare's `cf-aig-metadata`, whose entries become attributes. */
const METADATA = ["user", "user_id", "userId", "username", "customer", "team", "team_id", "teamId", "tenant"];
const CLIENT = [
  "client.address",
  "http.client_ip",
  "network.peer.address",
  "net.peer.ip",
  "net.sock.peer.addr",
];
const DURATION_S = ["http.server.request.duration", "gen_ai.client.operation.duration"];
const FIRST_CHUNK_S = ["gen_ai.response.time_to_first_chunk", "gen_ai.server.time_to_first_token"];

function idOf({ trace_id, span_id }: Fields): string | undefined {
  return trace_id === undefined || span_id === undefined ? undefined : `${trace_id}-${span_id}`;
}

/** Names of the conventions that would not be taken for the provider they mean. */
const PROVIDERS: Record<string, string> = {
  "az.ai.inference": "azure",
  "az.ai.openai": "azure-openai",
  "gcp.gen_ai": "google",
};
const providerOf = (name: string | undefined) =>
  name !== undefined && Object.hasOwn(PROVIDERS, name) ? PROVIDERS[name] : name;

const isError = (record: Fields): boolean => {
  const { code } = objectAt(record, "status");
  return code === 2 || code === "2" || code === "STATUS_CODE_ERROR";
};

/** Without an HTTP status: what `error.type` and the span's own status say. */
function statusOf(record: Fields, attributes: Fields): number | undefined {
  const type = text(attributes["error.type"]);
  const written = httpStatus(type);
  if (written !== undefined) return written;
  if (type !== undefined && /time.?out|deadline/i.test(type)) return 0;
  if (type !== undefined || isError(record)) return 500;
  const { code } = objectAt(record, "status");
  return code === 1 || code === "STATUS_CODE_OK" ? 200 : undefined;
}

/** Nanoseconds between start and end, exactly, as ms. */
function durationMs({ time, end }: Fields): number | undefined {
  if (time === undefined || end === undefined) return undefined;
  const elapsed = Number(BigInt(end as string | number) - BigInt(time as string | number));
  return scaled(elapsed, 1e-6);
}

/** `http.response.header.<name>`; former conventions wrote the name with underscores. */
function responseHeaders(attributes: Fields): Record<string, string> | undefined {
  const prefix = "http.response.header.";
  const found = Object.entries(attributes).filter(([name]) => name.startsWith(prefix));
  return headers(
    Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length).replaceAll("_", "-"), value])),
  );
}
