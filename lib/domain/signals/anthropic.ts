import { nextPeriod } from "../usage/zone";
import { readReset } from "./parse";
import type { CodeTable, Rule } from "./verdict";

/** platform.claude.com/docs/en/api/errors; 529 overloaded_error is the provider's trouble, not the key's. */
export const ANTHROPIC_CODES: CodeTable = {
  enforced_spend_limit_reached: { outcome: "quota_exhausted", resets: "month" },
  billing_error: { outcome: "quota_exhausted", resets: "never" },
  authentication_error: { outcome: "unauthorized" },
  permission_error: { outcome: "unauthorized" },
  overloaded_error: { outcome: "overloaded" },
  timeout_error: { outcome: "timeout" },
  rate_limit_error: { outcome: "rate_limited" },
  api_error: { outcome: "server_error", weak: true },
  invalid_request_error: { outcome: "client_error", weak: true },
  not_found_error: { outcome: "client_error", weak: true },
  request_too_large: { outcome: "client_error", weak: true },
};

const REGAIN = "regain access on ";

/** Spent budgets that come as 400 `invalid_request_error`, told apart by the message only. */
export const anthropicRule: Rule = ({ facts: { message }, now }) => {
  if (message.includes("reached your specified") && message.includes("usage limits")) {
    const quotaResetAt = regainedAt(message, now) ?? nextPeriod("month", "UTC", now);
    return { outcome: "quota_exhausted", family: "anthropic", code: "usage_limit_reached", quotaResetAt };
  }
  if (message.includes("credit balance is too low")) {
    return {
      outcome: "quota_exhausted",
      family: "anthropic",
      code: "credit_balance_too_low",
      quotaResetAt: null,
    };
  }
  return null;
};

/** "You will regain access on 2026-06-01 at 00:00 UTC." -> epoch ms; null when absent or not ahead of `now`. */
function regainedAt(message: string, now: number): number | null {
  const at = message.indexOf(REGAIN);
  if (at < 0) return null;
  const [date = "", , time = ""] = message.slice(at + REGAIN.length, at + REGAIN.length + 40).split(" ", 3);
  const regained = readReset(`${date}T${time}Z`, now);
  return regained !== null && regained > now ? regained : null;
}

const FIELDS = ["limit", "remaining", "reset"] as const;
const LIMITS = [
  ["anthropic-ratelimit-requests", "requests"],
  ["anthropic-ratelimit-tokens", "tokens"],
  ["anthropic-ratelimit-input-tokens", "input_tokens"],
  ["anthropic-ratelimit-output-tokens", "output_tokens"],
  ["anthropic-priority-input-tokens", "priority_input_tokens"],
  ["anthropic-priority-output-tokens", "priority_output_tokens"],
] as const;

/** Header name -> the limit and the field it states; all of Anthropic's limits are per minute. */
export const ANTHROPIC_LIMITS = LIMITS.flatMap(([prefix, name]) =>
  FIELDS.map((field) => ({ header: `${prefix}-${field}`, name, field, window: "1m" })),
);
