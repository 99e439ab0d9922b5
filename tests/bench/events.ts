import { createRandom, type Random } from "@/lib/domain/simulation/random";

export interface EventOptions {
  seed: string;
  /** Events a request. */
  batch: number;
  keys: number;
  /** How often each key is used: a few make most of the traffic, or all alike. */
  distribution: "zipf" | "uniform";
  /** Leaves out what only some gateways pass on: the provider's limits, headers and error bodies. */
  plain?: boolean;
  /** Requests made; a run that needs more sends them again, as new events. */
  requests: number;
  /**
   * Time of the first event and from one to the next, ms. Without it the events of a request are spread over the second
   * before it is sent.
   */
  times?: { from: number; every: number };
}

const MODELS = [
  { provider: "openai", model: "gpt-5", route: "/v1/chat/completions", input: 1.25, output: 10 },
  { provider: "openai", model: "gpt-5-mini", route: "/v1/responses", input: 0.25, output: 2 },
  { provider: "anthropic", model: "claude-sonnet-4-5", route: "/v1/messages", input: 3, output: 15 },
  {
    provider: "gemini",
    model: "gemini-2.5-flash",
    route: "/v1beta/models/generate",
    input: 0.3,
    output: 2.5,
  },
  { provider: "mistral", model: "mistral-large-latest", route: "/v1/chat/completions", input: 2, output: 6 },
] as const;
const STATUSES = [
  [0.955, 200],
  [0.98, 429],
  [0.99, 500],
  [0.996, 400],
  [1, 503],
] as const;
const ERROR_TYPES: Record<number, string> = {
  400: "invalid_request_error",
  429: "rate_limit_exceeded",
  500: "server_error",
  503: "overloaded_error",
};
const REGIONS = ["eu-west-1", "us-east-1", "eu-central-1", "ap-southeast-1"] as const;
const AGENTS = [
  "OpenAI/Python 1.109.1",
  "Anthropic/Python 0.71.0",
  "openai-node/6.3.0",
  "okhttp/5.1.0",
] as const;
const LIMIT = 10_000;

/** Draws 0 … n−1 with probability proportional to 1/(rank+1). */
export function zipf(random: Random, n: number): () => number {
  const cumulative = new Float64Array(n);
  let sum = 0;
  for (let i = 0; i < n; i++) {
    sum += 1 / (i + 1);
    cumulative[i] = sum;
  }
  return () => {
    const wanted = random.uniform() * sum;
    let low = 0;
    let high = n - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((cumulative[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** Every field of an event but its id and time: a proxied model call as a gateway reports it. */
function fields(random: Random, key: number): object {
  // A key belongs to one provider.
  const { provider, model, route, input, output } = MODELS[key % MODELS.length] ?? MODELS[0];
  const draw = random.uniform();
  const status = STATUSES.find(([share]) => draw < share)?.[1] ?? 200;
  const ok = status === 200;
  const throttled = status === 429;
  const inputTokens = Math.round(random.logNormal(1_000, 1));
  const outputTokens = ok ? Math.round(random.logNormal(220, 0.9)) : 0;
  const latency = Math.round(random.logNormal(ok ? 2_400 : 180, 0.8) * 10) / 10;
  const remaining = throttled ? 0 : random.integer(LIMIT);
  const reset = 1 + random.integer(60);
  // A key serves a few applications, not all of them.
  const consumer = (key + random.integer(3)) % 40;
  return {
    key: `sk-bench-${String(key).padStart(6, "0")}-Zq81kTTwQ93bHxy7`,
    key_name: `prod-${key}`,
    provider,
    pool: `${provider}-${key % 20}`,
    consumer: `team-${consumer}`,
    model,
    operation: "chat",
    method: "POST",
    route,
    region: REGIONS[key % REGIONS.length],
    user_agent: AGENTS[consumer % AGENTS.length],
    client_ip: `10.${consumer}.${random.integer(8)}.${random.integer(250) + 1}`,
    status,
    latency_ms: latency,
    ...(ok ? { ttft_ms: Math.round(latency * 0.2 * 10) / 10 } : {}),
    cost_usd: Math.round(inputTokens * input + outputTokens * output) / 1e6,
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    cached_tokens: random.chance(0.3) ? Math.floor(inputTokens / 2) : 0,
    request_bytes: inputTokens * 4,
    response_bytes: outputTokens * 5 + 400,
    attempt: 1,
    stream: random.chance(0.6),
    cache_hit: random.chance(0.05),
    ratelimit: [{ name: "requests", limit: LIMIT, remaining, reset_s: reset }],
    ...(ok
      ? {}
      : {
          error_type: ERROR_TYPES[status],
          error: { error: { type: ERROR_TYPES[status], code: ERROR_TYPES[status], message: "No." } },
        }),
    ...(throttled
      ? {
          retry_after_s: reset,
          response_headers: {
            "retry-after": String(reset),
            "x-ratelimit-limit-requests": String(LIMIT),
            "x-ratelimit-remaining-requests": "0",
            "x-ratelimit-reset-requests": `${reset}s`,
          },
        }
      : {}),
    tags: { env: "production", app: `app-${consumer % 7}` },
  };
}

const ID_DIGITS = 10;
const EPOCH_TIME = new Date(0).toISOString();
const ID_FIELD = '{"id":"';
const TIME_FIELD = '","time":"';

const OF_PROVIDERS = new Set(["ratelimit", "response_headers", "error"]);
const withoutProviders = (name: string, value: unknown) => (OF_PROVIDERS.has(name) ? undefined : value);

/** One event's JSON with room for an id and a time, both of a fixed length. */
function text({ seed, plain = false }: EventOptions, random: Random, key: number): string {
  const rest = JSON.stringify(fields(random, key), plain ? withoutProviders : undefined).slice(1);
  return `${ID_FIELD}${seed}-${"0".repeat(ID_DIGITS)}${TIME_FIELD}${EPOCH_TIME}",${rest}`;
}

/** A request's bytes, head and body, ready to be sent; its events get their ids and times right before that. */
export interface PreparedRequest {
  bytes: Buffer;
  /** Where each event begins. */
  events: number[];
}

/** Requests for the ingest endpoint of any server: the head names no port. */
export class Requests {
  readonly all: readonly PreparedRequest[];
  /** One event of each key, so that a run starts with the keys known. */
  readonly ofEachKey: readonly PreparedRequest[];
  readonly #options: EventOptions;
  #made = 0;

  constructor(options: EventOptions, token: string) {
    this.#options = options;
    const { keys, batch, requests } = options;
    const random = createRandom(options.seed);
    const draw = options.distribution === "zipf" ? zipf(random, keys) : () => random.integer(keys);
    this.all = Array.from({ length: requests }, () =>
      request(
        Array.from({ length: batch }, () => text(options, random, draw())),
        token,
      ),
    );
    this.ofEachKey = Array.from({ length: Math.ceil(keys / 1_000) }, (_, i) =>
      request(
        Array.from({ length: Math.min(1_000, keys - i * 1_000) }, (_, j) =>
          text(options, random, i * 1_000 + j),
        ),
        token,
      ),
    );
  }

  /** Makes the events of a request new ones: an id that was never sent, and a time. */
  renew({ bytes, events }: PreparedRequest, now: number): void {
    const { seed, times } = this.#options;
    const spread = 1_000 / events.length;
    events.forEach((at, i) => {
      const number = this.#made++;
      const id = at + ID_FIELD.length + seed.length + 1;
      bytes.write(String(number).padStart(ID_DIGITS, "0"), id, "latin1");
      const time =
        times === undefined ? now - (events.length - 1 - i) * spread : times.from + number * times.every;
      bytes.write(new Date(time).toISOString(), id + ID_DIGITS + TIME_FIELD.length, "latin1");
    });
  }
}

function request(texts: readonly string[], token: string): PreparedRequest {
  const length = texts.reduce((sum, one) => sum + one.length + 1, 1);
  const head = [
    "POST /api/v1/events HTTP/1.1",
    "Host: localhost",
    `Authorization: Bearer ${token}`,
    "Content-Type: application/json",
    `Content-Length: ${length}`,
    "\r\n",
  ].join("\r\n");
  // All of it is ASCII, so lengths of strings are lengths in bytes.
  let at = head.length + 1;
  const events = texts.map((one) => {
    const begins = at;
    at += one.length + 1;
    return begins;
  });
  return { bytes: Buffer.from(`${head}[${texts.join(",")}]`, "latin1"), events };
}
