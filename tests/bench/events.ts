import { createRandom, type Random } from "@/lib/domain/simulation/random";

export interface EventOptions {
  seed: string;
  events: number;
  /** Events a request. */
  batch: number;
  keys: number;
  /** Time of the first event, epoch ms. */
  from: number;
  /** Between two events, ms. */
  every: number;
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
const REGIONS = ["eu-west-1", "us-east-1", "eu-central-1", "ap-southeast-1"] as const;
const AGENTS = [
  "OpenAI/Python 1.109.1",
  "Anthropic/Python 0.71.0",
  "openai-node/6.3.0",
  "okhttp/5.1.0",
] as const;

/** Draws 0 … n−1 with probability proportional to 1/(rank+1): a few keys make most of the traffic. */
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

export const keyName = (index: number) => `sk-bench-${String(index).padStart(6, "0")}-Zq81kTTwQ93bHxy7`;

/** Bodies of requests, ready to be sent: events with an id, a time and every field of a proxied model call. */
export function bodiesOf(options: EventOptions): Buffer[] {
  const random = createRandom(options.seed);
  const draw = zipf(random, options.keys);
  const bodies: Buffer[] = [];
  for (let i = 0; i < options.events; i += options.batch) {
    const count = Math.min(options.batch, options.events - i);
    const events = Array.from({ length: count }, (_, j) =>
      event(random, draw(), `${options.seed}-${i + j}`, options.from + (i + j) * options.every),
    );
    bodies.push(Buffer.from(JSON.stringify(events)));
  }
  return bodies;
}

/** Bodies in which each key occurs once, so that a run starts with the keys known. */
export function keyBodies(options: Pick<EventOptions, "seed" | "keys" | "batch" | "from">): Buffer[] {
  const random = createRandom(`${options.seed}/keys`);
  const bodies: Buffer[] = [];
  for (let i = 0; i < options.keys; i += options.batch) {
    const count = Math.min(options.batch, options.keys - i);
    const events = Array.from({ length: count }, (_, j) =>
      event(random, i + j, `${options.seed}-key-${i + j}`, options.from),
    );
    bodies.push(Buffer.from(JSON.stringify(events)));
  }
  return bodies;
}

function event(random: Random, key: number, id: string, at: number): object {
  // A key belongs to one provider.
  const { provider, model, route, input, output } = MODELS[key % MODELS.length] ?? MODELS[0];
  const draw = random.uniform();
  const status = STATUSES.find(([share]) => draw < share)?.[1] ?? 200;
  const ok = status === 200;
  const inputTokens = Math.round(random.logNormal(1_000, 1));
  const outputTokens = ok ? Math.round(random.logNormal(220, 0.9)) : 0;
  const latency = Math.round(random.logNormal(ok ? 2_400 : 180, 0.8) * 10) / 10;
  // A key serves a few applications, not all of them.
  const consumer = (key + random.integer(3)) % 40;
  return {
    id,
    time: new Date(at).toISOString(),
    key: keyName(key),
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
    cache_hit: false,
    ...(status === 429 ? { retry_after_s: 20, error_type: "rate_limit_exceeded" } : {}),
    tags: { env: "production", app: `app-${consumer % 7}` },
  };
}
