import { nextPeriod } from "../usage/zone";
import type { CodeTable, Rule } from "./verdict";

export const MISTRAL_CODES: CodeTable = {
  service_tier_capacity_exceeded: { outcome: "overloaded" },
};

/** `x-ratelimit-<field>-<suffix>` -> the limit's name and window. */
export const MISTRAL_LIMITS = new Map([
  ["req-second", { name: "requests", window: "1s" }],
  ["req-minute", { name: "requests", window: "1m" }],
  ["tokens-minute", { name: "tokens", window: "1m" }],
  ["tokens-month", { name: "tokens", window: "31d" }],
]);

/**
 * Mistral sends the same 429 `rate_limited` (1300) for a moment's rest and for a plan that is used up; the headers tell:
 * no tokens left this month, or a key that is allowed no requests at all.
 */
export const mistralRule: Rule = ({ facts, status, provider, limits, now }) => {
  const named = provider === "mistral";
  const coded = facts.codes.includes("rate_limited") || (named && facts.codes.includes("1300"));
  if (coded || (named && status === 429)) {
    const monthly = limits.find((limit) => limit.name === "tokens" && limit.window === "31d");
    if (monthly?.remaining === 0) {
      const quotaResetAt = monthly.resetAt ?? nextPeriod("month", "UTC", now);
      return { outcome: "quota_exhausted", family: "mistral", code: "tokens_month_spent", quotaResetAt };
    }
    if (limits.some((limit) => limit.name === "requests" && limit.limit === 0)) {
      return {
        outcome: "quota_exhausted",
        family: "mistral",
        code: "no_requests_allowed",
        quotaResetAt: null,
      };
    }
  }
  const crowded =
    facts.message.includes("service tier capacity exceeded") || (named && facts.codes.includes("3505"));
  if (crowded) return { outcome: "overloaded", family: "mistral", code: "service_tier_capacity_exceeded" };
  const family = facts.codes.includes("1300") ? "mistral" : null;
  return coded ? { outcome: "rate_limited", family, code: "rate_limited" } : null;
};
