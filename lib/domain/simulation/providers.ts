import { DAY, MINUTE } from "../usage/duration";
import { MEAN_INPUT_TOKENS, MEAN_OUTPUT_TOKENS } from "./tokens";

export const PROVIDERS = ["openai", "anthropic", "gemini", "mistral", "issued"] as const;
/** `issued`: a key that the gateway itself hands out, for any HTTP API behind it. */
export type Provider = (typeof PROVIDERS)[number];

/** What a limit counts; the names appear in the events' `ratelimit`. */
export type LimitName = "requests" | "tokens" | "input_tokens" | "output_tokens";

/**
 * `bucket` refills continuously over `windowMs`; `fixed` starts anew with each window; `day` starts anew at midnight in
 * `timeZone`.
 */
export type ProviderLimit = {
  name: LimitName;
  amount: number;
  window: "bucket" | "fixed" | "day";
  windowMs: number;
  timeZone?: string;
};

export type Model = {
  name: string;
  /** USD per million tokens. */
  price: { input: number; cached: number; output: number };
  /** Median time to the first token. */
  ttftMs: number;
  tokensPerSecond: number;
};

export const MODELS: Readonly<Record<Exclude<Provider, "issued">, readonly [Model, Model]>> = {
  openai: [
    { name: "gpt-4o", price: { input: 2.5, cached: 1.25, output: 10 }, ttftMs: 520, tokensPerSecond: 95 },
    {
      name: "gpt-4o-mini",
      price: { input: 0.15, cached: 0.075, output: 0.6 },
      ttftMs: 410,
      tokensPerSecond: 110,
    },
  ],
  anthropic: [
    {
      name: "claude-sonnet-4-5",
      price: { input: 3, cached: 0.3, output: 15 },
      ttftMs: 980,
      tokensPerSecond: 68,
    },
    {
      name: "claude-haiku-4-5",
      price: { input: 1, cached: 0.1, output: 5 },
      ttftMs: 540,
      tokensPerSecond: 140,
    },
  ],
  gemini: [
    {
      name: "gemini-2.5-flash",
      price: { input: 0.3, cached: 0.03, output: 2.5 },
      ttftMs: 430,
      tokensPerSecond: 180,
    },
    {
      name: "gemini-2.5-pro",
      price: { input: 1.25, cached: 0.125, output: 10 },
      ttftMs: 1400,
      tokensPerSecond: 90,
    },
  ],
  mistral: [
    {
      name: "mistral-large-latest",
      price: { input: 2, cached: 2, output: 6 },
      ttftMs: 600,
      tokensPerSecond: 60,
    },
    {
      name: "mistral-small-latest",
      price: { input: 0.1, cached: 0.1, output: 0.3 },
      ttftMs: 320,
      tokensPerSecond: 120,
    },
  ],
};

/** What the gateway's own API serves to issued keys; `ms` is the median latency. */
export const ISSUED_ROUTES = [
  { method: "GET", route: "/v1/orders", ms: 42 },
  { method: "GET", route: "/v1/orders/{id}", ms: 18 },
  { method: "POST", route: "/v1/orders", ms: 95 },
  { method: "GET", route: "/v1/search", ms: 130 },
  { method: "POST", route: "/v1/payments", ms: 260 },
] as const;

const bucket = (name: LimitName, amount: number): ProviderLimit => ({
  name,
  amount,
  window: "bucket",
  windowMs: MINUTE,
});
const fixed = (name: LimitName, amount: number): ProviderLimit => ({
  ...bucket(name, amount),
  window: "fixed",
});
export const daily = (amount: number, timeZone: string): ProviderLimit => ({
  name: "requests",
  amount,
  window: "day",
  windowMs: DAY,
  timeZone,
});

/** Where each provider's day begins. */
export const QUOTA_ZONE: Readonly<Record<Provider, string>> = {
  openai: "UTC",
  anthropic: "UTC",
  gemini: "America/Los_Angeles",
  mistral: "UTC",
  issued: "UTC",
};

type Tier = { name: string; limits: readonly ProviderLimit[] };

const openai = (name: string, rpm: number, tpm: number): Tier => ({
  name,
  limits: [bucket("requests", rpm), bucket("tokens", tpm)],
});
const anthropic = (name: string, rpm: number, itpm: number, otpm: number): Tier => ({
  name,
  limits: [bucket("requests", rpm), bucket("input_tokens", itpm), bucket("output_tokens", otpm)],
});
const gemini = (name: string, rpm: number, tpm: number, rpd: number): Tier => ({
  name,
  limits: [fixed("requests", rpm), fixed("tokens", tpm), daily(rpd, QUOTA_ZONE.gemini)],
});
const mistral = (name: string, rpm: number, tpm: number): Tier => ({
  name,
  limits: [fixed("requests", rpm), fixed("tokens", tpm)],
});
const issued = (name: string, rpm: number, rpd: number): Tier => ({
  name,
  limits: [fixed("requests", rpm), daily(rpd, QUOTA_ZONE.issued)],
});

/** Published rate limits by usage tier (gpt-4o, Claude Sonnet, Gemini 2.5 Flash, Mistral's plans), smallest first. */
const TIERS: Readonly<Record<Provider, readonly Tier[]>> = {
  openai: [
    openai("tier 1", 500, 30_000),
    openai("tier 2", 5_000, 450_000),
    openai("tier 3", 5_000, 800_000),
    openai("tier 4", 10_000, 2_000_000),
    openai("tier 5", 10_000, 30_000_000),
  ],
  anthropic: [
    anthropic("tier 1", 50, 30_000, 8_000),
    anthropic("tier 2", 1_000, 450_000, 90_000),
    anthropic("tier 3", 2_000, 800_000, 160_000),
    anthropic("tier 4", 4_000, 2_000_000, 400_000),
  ],
  gemini: [
    gemini("free", 10, 250_000, 250),
    gemini("tier 1", 1_000, 1_000_000, 10_000),
    gemini("tier 2", 2_000, 3_000_000, 100_000),
    gemini("tier 3", 10_000, 8_000_000, 1_000_000),
  ],
  mistral: [
    mistral("free", 60, 50_000),
    mistral("scale", 360, 2_000_000),
    mistral("custom", 6_000, 20_000_000),
  ],
  issued: [issued("bronze", 60, 10_000), issued("silver", 600, 200_000), issued("gold", 6_000, 5_000_000)],
};

const MEAN_USE: Readonly<Record<LimitName, number>> = {
  requests: 1,
  tokens: MEAN_INPUT_TOKENS + MEAN_OUTPUT_TOKENS,
  // Input read from the provider's cache does not count.
  input_tokens: 0.85 * MEAN_INPUT_TOKENS,
  output_tokens: MEAN_OUTPUT_TOKENS,
};

const utilisation = (limit: ProviderLimit, perSecond: number) =>
  (perSecond * MEAN_USE[limit.name] * (limit.windowMs / 1000)) / limit.amount;

const tightest = (limits: readonly ProviderLimit[], perSecond: number) =>
  Math.max(...limits.map((limit) => utilisation(limit, perSecond)));

/** Two significant digits, as negotiated limits are. */
function rounded(amount: number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(amount)) - 1);
  return Math.max(1, Math.round(amount / step) * step);
}

function scale(limits: readonly ProviderLimit[], factor: number): ProviderLimit[] {
  return limits.map((limit) => ({ ...limit, amount: rounded(limit.amount * factor) }));
}

/** A key of ordinary size uses this much of its tightest limit at most, on average. */
const COMFORTABLE = 0.7;
/** A key with a project limit below its use: about one request in ten is refused. */
const CLOSE = 1.2;

/**
 * The limits an account with this load (requests per second) would have: the smallest tier it fits, a negotiated multiple of the
 * largest beyond that, or, when `tight`, a project limit just below its use.
 */
export function limitsFor(
  provider: Provider,
  perSecond: number,
  tight: boolean,
): { tier: string; limits: readonly ProviderLimit[] } {
  const tiers = TIERS[provider];
  const fitting = tiers.find((tier) => tightest(tier.limits, perSecond) <= COMFORTABLE);
  const largest = tiers[tiers.length - 1] as Tier;
  if (tight) {
    const { limits } = fitting ?? largest;
    const minute = limits.filter((limit) => limit.window !== "day");
    const day = limits.filter((limit) => limit.window === "day");
    const roomy = Math.max(1, tightest(day, perSecond) / COMFORTABLE);
    return {
      tier: "project limit",
      limits: [...scale(minute, tightest(minute, perSecond) / CLOSE), ...scale(day, roomy)],
    };
  }
  if (fitting) return { tier: fitting.name, limits: fitting.limits };
  return {
    tier: "enterprise",
    limits: scale(largest.limits, tightest(largest.limits, perSecond) / COMFORTABLE),
  };
}
