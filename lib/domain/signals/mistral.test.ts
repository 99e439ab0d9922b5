import { describe, expect, test } from "vitest";
import { type Case, mistral, NEXT_MONTH, NO_TIMES, NOW } from "./fixtures";
import { readSignals } from "./signals";

const cases: Case[] = [
  [
    "a moment's rest",
    { provider: "mistral", status: 429, error: mistral },
    { outcome: "rate_limited", reason: "mistral.rate_limited" },
  ],
  [
    "the month's tokens are gone",
    {
      provider: "mistral",
      status: 429,
      error: mistral,
      responseHeaders: {
        "x-ratelimit-limit-tokens-month": "4000000",
        "x-ratelimit-remaining-tokens-month": "0",
      },
    },
    { outcome: "quota_exhausted", quotaResetAt: NEXT_MONTH, reason: "mistral.tokens_month_spent" },
  ],
  [
    "a key that is allowed nothing",
    {
      provider: "mistral",
      status: 429,
      error: mistral,
      responseHeaders: { "x-ratelimit-limit-req-minute": "0", "retry-after": "5" },
    },
    { outcome: "quota_exhausted", reason: "mistral.no_requests_allowed" },
  ],
  [
    "the same without a body or a name",
    { status: 429, responseHeaders: { "x-ratelimit-limit-req-minute": "0" } },
    { outcome: "quota_exhausted", reason: "limit_spent" },
  ],
  [
    "a crowded model",
    {
      provider: "mistral",
      status: 429,
      error: {
        object: "error",
        message: "Service tier capacity exceeded for this model.",
        type: "x",
        code: "3505",
      },
    },
    { outcome: "overloaded", reason: "mistral.service_tier_capacity_exceeded" },
  ],
];

describe("Mistral", () => {
  test.each(cases)("%s", (_, input, expected) =>
    expect(readSignals(input, NOW)).toMatchObject({ ...NO_TIMES, ...expected }),
  );
});
