import { exhausted, failed, limitHeaders, overloaded, type Refusal, throttled } from "./answers";
import type { SimEvent } from "./event";
import type { Meter, Reading } from "./meter";
import type { SimConsumer, SimKey } from "./population";
import type { LimitName, Model } from "./providers";
import type { Random } from "./random";
import { drawTokens } from "./tokens";

/** A key with what its provider remembers of it. */
export type KeyState = {
  key: SimKey;
  meters: Meter[];
  /** When the key was last refused, epoch ms. */
  refusedMs: number;
};

/** What the provider goes through at the moment; 1 and 0 are a usual day. */
export type Stress = { latencyFactor: number; overloaded: number; down: number };

export const CALM: Stress = { latencyFactor: 1, overloaded: 0, down: 0 };

type Event = Omit<SimEvent, "id">;

/** Share of calls that the gateway answers from its own cache. */
const CACHED_BY_GATEWAY = 0.03;
/** Shares of calls that fail on a usual day. */
const USUAL_FAILURES = [
  [400, 0.003],
  [500, 0.002],
  [502, 0.001],
  [0, 0.001],
] as const;
const CLIENT_TIMEOUT_MS = 30_000;
/** A refused caller tries again within this time. */
const RETRY_MS = 10_000;
const ATTACK_AGENT = "python-requests/2.32.5";
/** Documentation addresses: nobody's. */
export const ATTACKERS = ["203.0.113.17", "203.0.113.44", "198.51.100.9"] as const;

type Tokens = { input: number; output: number; cached: number };

function drawUse(random: Random, consumer: SimConsumer): Tokens {
  const { input, output } = drawTokens(random);
  // Providers cache the start of prompts from 1,024 tokens on, in steps of 128.
  const cached =
    input >= 1024 && random.chance(consumer.caching)
      ? Math.floor((input * (0.4 + 0.5 * random.uniform())) / 128) * 128
      : 0;
  return { input, output, cached };
}

function costOf({ price }: Model, { input, output, cached }: Tokens): number {
  const usd = ((input - cached) * price.input + cached * price.cached + output * price.output) / 1e6;
  return Math.round(usd * 1e8) / 1e8;
}

function failureOf(random: Random, stress: Stress): "overloaded" | 0 | 400 | 500 | 502 | 504 | null {
  if (stress.overloaded > 0 && random.chance(stress.overloaded)) return "overloaded";
  if (stress.down > 0 && random.chance(stress.down)) {
    return random.pick([500, 500, 502, "overloaded", "overloaded", 504, 0] as const);
  }
  let draw = random.uniform();
  for (const [status, share] of USUAL_FAILURES) {
    if (draw < share) return status;
    draw -= share;
  }
  return null;
}

/** Asks every limit of the key; uses them all when the request fits, else says which one refuses. */
function refusalOf(state: KeyState, use: Readonly<Record<LimitName, number>>, model: string, atMs: number) {
  let refusing: Meter | null = null;
  let longest = 0;
  for (const meter of state.meters) {
    const wait = meter.wait(use[meter.limit.name], atMs);
    if (wait > longest) {
      longest = wait;
      refusing = meter;
    }
  }
  if (refusing === null) {
    for (const meter of state.meters) meter.take(use[meter.limit.name], atMs);
    return null;
  }
  const readings = state.meters.map((meter) => meter.read(atMs));
  const headers = limitHeaders(state.key.provider, readings, atMs);
  const answer = refusing.limit.window === "day" ? exhausted : throttled;
  return answer(state.key.provider, refusing.read(atMs), model, longest, headers);
}

/** What the gateway reports of the limits: the provider's own headers, or what it made of them. */
function reported(
  key: SimKey,
  readings: readonly Reading[],
  headers: Record<string, string>,
): Partial<Event> {
  if (Object.keys(headers).length === 0) return {};
  if (key.rawHeaders) return { response_headers: headers };
  return {
    ratelimit: readings.map(({ limit, remaining, resetMs }) => ({
      name: limit.window === "day" ? `${limit.name}_per_day` : limit.name,
      limit: limit.amount,
      remaining,
      reset_s: Math.max(0, Math.round(resetMs) / 1000),
    })),
  };
}

function base(random: Random, state: KeyState, consumer: SimConsumer, atMs: number) {
  const { key } = state;
  const { method, route, ms } = random.pick(key.routes);
  return {
    usualMs: ms,
    event: {
      time: new Date(atMs).toISOString(),
      key: key.key,
      key_name: key.name,
      provider: key.provider,
      pool: key.pool,
      consumer: consumer.name,
      method,
      route,
      region: key.region,
      user_agent: consumer.userAgent,
      client_ip: random.pick(consumer.addresses),
      attempt: 1,
      tags: { environment: key.environment, team: consumer.team },
    },
  };
}

const whole = (ms: number) => Math.max(1, Math.round(ms));

function refused(refusal: Refusal, latencyMs: number) {
  return {
    status: refusal.status,
    latency_ms: whole(refusal.status === 0 || refusal.status === 504 ? CLIENT_TIMEOUT_MS : latencyMs),
    response_bytes: refusal.error === undefined ? 0 : JSON.stringify(refusal.error).length,
    ...(refusal.retryAfterS === undefined ? {} : { retry_after_s: refusal.retryAfterS }),
    ...(refusal.error === undefined ? {} : { error: refusal.error }),
    ...(refusal.errorType === undefined ? {} : { error_type: refusal.errorType }),
  };
}

/** One call of a consumer with its key at an instant (epoch ms); moves the key's meters. */
export function simulateCall(random: Random, state: KeyState, atMs: number, stress: Stress): Event {
  const { key } = state;
  const consumer = random.pick(key.consumers);
  const { event, usualMs } = base(random, state, consumer, atMs);
  const model = key.models[random.chance(0.8) ? 0 : 1];
  const tokens = model ? drawUse(random, consumer) : { input: 0, output: 0, cached: 0 };
  const stream = model !== undefined && random.chance(consumer.streaming);
  const request = {
    ...event,
    ...(model ? { model: model.name, operation: "chat", stream } : {}),
    request_bytes: model ? Math.round(tokens.input * 4.2 + 600) : 250 + random.integer(900),
    attempt: atMs - state.refusedMs < RETRY_MS && random.chance(0.4) ? 2 : 1,
  };

  if (model && random.chance(CACHED_BY_GATEWAY)) {
    return {
      ...request,
      status: 200,
      latency_ms: whole(random.logNormal(12, 0.4)),
      response_bytes: Math.round(tokens.output * 4.4 + 350),
      input_tokens: tokens.input,
      output_tokens: tokens.output,
      cost_usd: 0,
      cache_hit: true,
    };
  }

  const failure = failureOf(random, stress);
  if (failure !== null) {
    const refusal = failure === "overloaded" ? overloaded(key.provider) : failed(failure);
    return { ...request, ...refused(refusal, random.logNormal(350, 0.6) * stress.latencyFactor) };
  }

  const use = {
    requests: 1,
    tokens: tokens.input + tokens.output,
    input_tokens: tokens.input - tokens.cached,
    output_tokens: tokens.output,
  };
  const refusal = refusalOf(state, use, model?.name ?? "", atMs);
  const readings = state.meters.map((meter) => meter.read(atMs));
  if (refusal) {
    state.refusedMs = atMs;
    return {
      ...request,
      ...refused(refusal, random.logNormal(45, 0.4)),
      ...reported(key, readings, refusal.headers),
    };
  }

  const ttft = model
    ? random.logNormal(model.ttftMs, 0.35) * (1 + tokens.input / 20_000)
    : random.logNormal(usualMs, 0.5);
  const writing = model ? (tokens.output / (model.tokensPerSecond * random.logNormal(1, 0.2))) * 1000 : 0;
  return {
    ...request,
    status: 200,
    latency_ms: whole((ttft + writing) * stress.latencyFactor),
    response_bytes: model ? Math.round(tokens.output * 4.4 + 350) : 200 + random.integer(8_000),
    ...(model
      ? {
          input_tokens: tokens.input,
          output_tokens: tokens.output,
          cached_tokens: tokens.cached,
          cost_usd: costOf(model, tokens),
        }
      : {}),
    ...(stream ? { ttft_ms: whole(ttft * stress.latencyFactor) } : {}),
    ...reported(key, readings, limitHeaders(key.provider, readings, atMs)),
  };
}

/** One call of somebody who should not have the key: the gateway turns it away. */
export function simulateAttack(random: Random, state: KeyState, atMs: number): Event {
  const { key } = state;
  const consumer: SimConsumer = {
    name: "unknown",
    team: "unknown",
    addresses: ATTACKERS,
    userAgent: ATTACK_AGENT,
    streaming: 0,
    caching: 0,
  };
  const { event } = base(random, state, consumer, atMs);
  const status = random.pick([401, 401, 401, 401, 401, 401, 403, 403, 429, 429] as const);
  const message = {
    401: "Invalid authentication credentials",
    403: "You cannot consume this service",
    429: "API rate limit exceeded",
  }[status];
  return {
    ...event,
    request_bytes: 180 + random.integer(200),
    ...refused(
      { status, error: { message }, headers: {}, ...(status === 429 ? { retryAfterS: 30 } : {}) },
      random.logNormal(4, 0.4),
    ),
    ...(status === 429 && key.rawHeaders ? { response_headers: { "retry-after": "30" } } : {}),
  };
}
