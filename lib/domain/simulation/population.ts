import {
  ISSUED_ROUTES,
  limitsFor,
  MODELS,
  type Model,
  PROVIDERS,
  type Provider,
  type ProviderLimit,
} from "./providers";
import { createRandom, type Random } from "./random";

export type SimConsumer = {
  name: string;
  team: string;
  addresses: readonly string[];
  userAgent: string;
  /** Share of its requests that stream. */
  streaming: number;
  /** Share of its long prompts whose start the provider has cached. */
  caching: number;
};

export type SimKey = {
  key: string;
  name: string;
  provider: Provider;
  pool: string;
  environment: "production" | "staging";
  region: string;
  /** The account's usage tier, in the provider's words. */
  tier: string;
  limits: readonly ProviderLimit[];
  /** Mean requests per second. */
  rate: number;
  consumers: readonly SimConsumer[];
  /** The first one carries most of the traffic; none for issued keys. */
  models: readonly Model[];
  routes: readonly { method: string; route: string; ms: number }[];
  /** Whether its gateway passes the provider's headers on as they are, or already parsed. */
  rawHeaders: boolean;
};

/** The order in which providers appear when the caller names none. */
const MIX: readonly Provider[] = [
  "openai",
  "anthropic",
  "openai",
  "gemini",
  "issued",
  "mistral",
  "anthropic",
  "openai",
];

const TEAMS = [
  "checkout",
  "search",
  "support",
  "mobile",
  "growth",
  "data-science",
  "platform",
  "billing",
] as const;
const APPS = ["assistant", "worker", "api", "batch", "web"] as const;
const AGENTS = [
  "OpenAI/Python 1.109.1",
  "Anthropic/Python 0.71.0",
  "openai-node/6.3.0",
  "google-genai-sdk/1.41.0",
  "axios/1.12.2",
  "Go-http-client/2.0",
  "okhttp/5.1.0",
] as const;
const REGIONS = ["eu-west-1", "us-east-1", "eu-central-1", "ap-southeast-1"] as const;
const PURPOSES = [
  "assistant",
  "search",
  "summaries",
  "support",
  "extraction",
  "translation",
  "agents",
] as const;

/** Popularity falls with the rank to this power: a few keys carry most of the traffic. */
const ZIPF = 0.8;

const ROUTES: Readonly<Record<Exclude<Provider, "issued">, string>> = {
  openai: "/v1/chat/completions",
  anthropic: "/v1/messages",
  gemini: "/v1beta/models/generateContent",
  mistral: "/v1/chat/completions",
};

function createConsumer(random: Random): SimConsumer {
  const team = random.pick(TEAMS);
  const cluster = random.integer(200) + 10;
  const addresses = Array.from(
    { length: 1 + random.integer(4) },
    () => `10.${cluster}.${random.integer(256)}.${2 + random.integer(250)}`,
  );
  if (random.chance(0.2))
    addresses.push(`2001:db8:${cluster.toString(16)}::${random.integer(65_000).toString(16)}`);
  return {
    name: `${team}-${random.pick(APPS)}`,
    team,
    addresses,
    userAgent: random.pick(AGENTS),
    streaming: random.pick([0, 0.3, 0.8, 1]),
    caching: random.pick([0, 0.2, 0.6]),
  };
}

/** Distinct consumers by name, so that one consumer has one set of addresses. */
function createConsumers(random: Random, count: number): SimConsumer[] {
  const found = new Map<string, SimConsumer>();
  for (let i = 0; i < count; i++) {
    const consumer = createConsumer(random);
    if (!found.has(consumer.name)) found.set(consumer.name, consumer);
  }
  return [...found.values()];
}

/**
 * `count` keys that share `rate` requests per second; the same arguments give the same keys. The keys say in their
 * text that they are simulated.
 */
export function createPopulation(options: {
  seed: string;
  count: number;
  rate: number;
  /** Rate of a busy hour as a multiple of the mean: what the keys' limits are made for; 1 by default. */
  peak?: number;
  providers?: readonly Provider[];
}): SimKey[] {
  const { seed, count, rate } = options;
  const mix = options.providers?.length ? options.providers : MIX;
  const shared = createConsumers(createRandom(`${seed}/consumers`), 12);
  const weights = Array.from({ length: count }, (_, i) => (i + 1) ** -ZIPF);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const serial = new Map<Provider, number>(PROVIDERS.map((provider) => [provider, 0]));

  return weights.map((weight, i) => {
    const random = createRandom(`${seed}/key/${i}`);
    const provider = mix[i % mix.length] ?? "openai";
    const number = (serial.get(provider) ?? 0) + 1;
    serial.set(provider, number);
    const keyRate = (rate * weight) / total;
    const { tier, limits } = limitsFor(provider, keyRate * (options.peak ?? 1), i % 6 === 1);
    const consumers = Array.from({ length: 1 + random.integer(4) }, () => random.pick(shared));
    const environment = random.chance(0.8) ? "production" : "staging";
    const purpose = random.pick(PURPOSES);
    return {
      key: `sk-sim-${provider}-${random.letters(28)}`,
      name:
        provider === "issued" ? `${random.pick(TEAMS)} client ${number}` : `${provider} ${purpose} ${number}`,
      provider,
      pool: `${provider}-${environment}`,
      environment,
      region: random.pick(REGIONS),
      tier,
      limits,
      rate: keyRate,
      consumers: [...new Set(consumers)],
      models: provider === "issued" ? [] : MODELS[provider],
      routes: provider === "issued" ? ISSUED_ROUTES : [{ method: "POST", route: ROUTES[provider], ms: 0 }],
      rawHeaders: provider === "issued" || random.chance(0.5),
    };
  });
}
