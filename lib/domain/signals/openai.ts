import type { SignalLimit } from "./types";
import type { CodeTable, Rule } from "./verdict";

/** developers.openai.com/api/docs/guides/error-codes: for billing errors the code is finer than the type. */
export const OPENAI_CODES: CodeTable = {
  insufficient_quota: { outcome: "quota_exhausted", resets: "never" },
  credit_balance_exhausted: { outcome: "quota_exhausted", resets: "never" },
  organization_spend_limit_exceeded: { outcome: "quota_exhausted", resets: "never" },
  organization_usage_limit_exceeded: { outcome: "quota_exhausted", resets: "never" },
  project_spend_limit_exceeded: { outcome: "quota_exhausted", resets: "month" },
  billing_hard_limit_reached: { outcome: "quota_exhausted", resets: "never" },
  billing_not_active: { outcome: "quota_exhausted", resets: "never" },
  invalid_api_key: { outcome: "unauthorized" },
  account_deactivated: { outcome: "unauthorized" },
  server_is_overloaded: { outcome: "overloaded" },
  service_unavailable_error: { outcome: "overloaded" },
  engine_overloaded: { outcome: "overloaded" },
  slow_down: { outcome: "rate_limited" },
  rate_limit_exceeded: { outcome: "rate_limited" },
  server_error: { outcome: "server_error", weak: true },
};

/** SDKs and gateways, LiteLLM among them, pass the message on without its code. Gemini says the same of a busy minute. */
export const openaiRule: Rule = ({ facts: { codes, message }, provider }) => {
  if (provider !== "openai" || !message.includes("exceeded your current quota")) return null;
  // A code says it better: which budget it was, and when it is back.
  if (codes.some((code) => OPENAI_CODES[code]?.outcome === "quota_exhausted")) return null;
  return { outcome: "quota_exhausted", family: "openai", code: "insufficient_quota", quotaResetAt: null };
};

const NAMES = ["requests", "tokens", "project-requests", "project-tokens", "input-tokens", "output-tokens"];

/** `x-ratelimit-<field>-<suffix>` headers of OpenAI and those who speak its dialect: suffix -> limit name. */
export const OPENAI_LIMITS = new Map(NAMES.map((name) => [name, name.replaceAll("-", "_")]));

/**
 * The window of an OpenAI limit, which its headers do not name. Tokens count per minute. Requests do too, or per day on
 * the low tiers: the reset is the time until the bucket is full, so what is missing tells how fast it refills.
 */
export function openaiWindow({ name, limit, remaining, resetAt }: SignalLimit, now: number): string {
  if (!name.endsWith("requests") || limit === null || remaining === null || resetAt === null) return "1m";
  const missing = limit - remaining;
  const refillS = missing > 0 ? ((resetAt - now) / 1_000 / missing) * limit : 0;
  return refillS > 3_600 ? "1d" : "1m";
}
