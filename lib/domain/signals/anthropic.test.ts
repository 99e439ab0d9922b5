import { describe, expect, test } from "vitest";
import { anthropic, type Case, NEXT_MONTH, NO_TIMES, NOW } from "./fixtures";
import { readSignals } from "./signals";

const cases: Case[] = [
  [
    "rate limit",
    {
      provider: "anthropic",
      status: 429,
      error: anthropic("rate_limit_error"),
      responseHeaders: { "retry-after": "20" },
    },
    { outcome: "rate_limited", retryAfterS: 20, reason: "anthropic.rate_limit_error" },
  ],
  [
    "enforced spend limit behind the same type",
    {
      provider: "anthropic",
      status: 429,
      error: anthropic("rate_limit_error", { details: { error_code: "enforced_spend_limit_reached" } }),
    },
    {
      outcome: "quota_exhausted",
      quotaResetAt: NEXT_MONTH,
      reason: "anthropic.enforced_spend_limit_reached",
    },
  ],
  [
    "a spent budget is a 400 that names the day of return",
    {
      provider: "anthropic",
      status: 400,
      error: anthropic("invalid_request_error", {
        message:
          "You have reached your specified workspace API usage limits. You will regain access on 2026-05-12 at 08:30 UTC.",
      }),
    },
    {
      outcome: "quota_exhausted",
      quotaResetAt: Date.UTC(2026, 4, 12, 8, 30),
      reason: "anthropic.usage_limit_reached",
    },
  ],
  [
    "the same without a readable day",
    {
      provider: "anthropic",
      status: 400,
      error: anthropic("invalid_request_error", {
        message: "You have reached your specified API usage limits.",
      }),
    },
    { outcome: "quota_exhausted", quotaResetAt: NEXT_MONTH },
  ],
  [
    "any other 400",
    { provider: "anthropic", status: 400, error: anthropic("invalid_request_error") },
    { outcome: "client_error", reason: "http.400" },
  ],
  [
    "credit used up",
    {
      provider: "anthropic",
      status: 400,
      error: anthropic("invalid_request_error", {
        message: "Your credit balance is too low to access the API.",
      }),
    },
    { outcome: "quota_exhausted", reason: "anthropic.credit_balance_too_low" },
  ],
  [
    "402",
    { provider: "anthropic", status: 402, error: anthropic("billing_error") },
    { outcome: "quota_exhausted", reason: "anthropic.billing_error" },
  ],
  [
    "529 is the provider's",
    { provider: "anthropic", status: 529, error: anthropic("overloaded_error") },
    { outcome: "overloaded", reason: "anthropic.overloaded_error" },
  ],
  [
    "overload in the middle of a stream that began with 200",
    { provider: "anthropic", status: 200, error: anthropic("overloaded_error") },
    { outcome: "overloaded", reason: "anthropic.overloaded_error" },
  ],
];

describe("Anthropic", () => {
  test.each(cases)("%s", (_, input, expected) =>
    expect(readSignals(input, NOW)).toMatchObject({ ...NO_TIMES, ...expected }),
  );
});
