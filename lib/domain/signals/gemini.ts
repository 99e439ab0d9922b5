import { nextPeriod } from "../usage/zone";
import type { ExceededQuota } from "./error";
import { type LimitTable, noteWholeLimit } from "./limits";
import type { Circumstances, CodeTable, Rule, Verdict } from "./verdict";

/** Daily quotas of the Gemini API start anew at midnight Pacific time. */
const ZONE = "America/Los_Angeles";

/** google.rpc codes and ErrorInfo reasons; an unknown or expired Gemini key answers 400 API_KEY_INVALID. */
export const GEMINI_CODES: CodeTable = {
  billing_disabled: { outcome: "quota_exhausted", resets: "never" },
  api_key_invalid: { outcome: "unauthorized" },
  api_key_expired: { outcome: "unauthorized" },
  consumer_suspended: { outcome: "unauthorized" },
  unauthenticated: { outcome: "unauthorized" },
  permission_denied: { outcome: "unauthorized" },
  unavailable: { outcome: "overloaded" },
  deadline_exceeded: { outcome: "timeout" },
  internal: { outcome: "server_error", weak: true },
  invalid_argument: { outcome: "client_error", weak: true },
  failed_precondition: { outcome: "client_error", weak: true },
};

/**
 * RESOURCE_EXHAUSTED is three things: a minute's quota (wait), a day's (until midnight Pacific, whatever the short
 * retryDelay beside it says) and, under 402, prepaid credit that is used up.
 */
export const geminiRule: Rule = (circumstances) => {
  const { facts, status, now } = circumstances;
  const daily = facts.quotas.some((quota) => quota.id.includes("perday"));
  if (!daily && !facts.codes.includes("resource_exhausted")) return null;
  if (daily) return exhausted("quota_per_day", nextPeriod("day", ZONE, now));
  if (status === 402) return exhausted("prepay_depleted", null);
  return {
    outcome: "rate_limited",
    family: "gemini",
    code: isPerMinute(circumstances) ? "quota_per_minute" : "resource_exhausted",
    retryAfterS: facts.retryDelayS,
  };
};

/** The exceeded quotas as limits with nothing left: Gemini sends no limit headers, so this is how they are learned. */
export function noteGeminiLimits(table: LimitTable, circumstances: Circumstances): void {
  const { facts, now } = circumstances;
  for (const quota of facts.quotas) {
    const daily = quota.id.includes("perday");
    if (!daily && !quota.id.includes("perminute")) continue;
    const retryAt = facts.retryDelayS === null ? null : now + Math.round(facts.retryDelayS * 1_000);
    noteWholeLimit(table, {
      name: limitName(quota),
      window: daily ? "1d" : "1m",
      limit: quota.value,
      remaining: 0,
      resetAt: daily ? nextPeriod("day", ZONE, now) : retryAt,
    });
  }
}

function exhausted(code: string, quotaResetAt: number | null): Verdict {
  return { outcome: "quota_exhausted", family: "gemini", code, quotaResetAt };
}

function isPerMinute({ facts }: Circumstances): boolean {
  return facts.quotas.some((quota) => quota.id.includes("perminute"));
}

function limitName({ id, metric }: ExceededQuota): string {
  const text = `${id} ${metric}`;
  if (!text.includes("token")) return "requests";
  return text.includes("input") ? "input_tokens" : "tokens";
}
