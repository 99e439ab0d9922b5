import { describe, expect, test } from "vitest";
import { type Case, NO_TIMES, NOW } from "./fixtures";
import { readSignals } from "./signals";

const cases: Case[] = [
  [
    "the code is the status, the wait stands in the prose",
    {
      provider: "azure-openai",
      status: 429,
      error: {
        error: { code: "429", message: "… exceeded token rate limit. Please retry after 6 seconds." },
      },
    },
    { outcome: "rate_limited", retryAfterS: 6, reason: "http.429" },
  ],
  [
    "RateLimitReached without a status",
    {
      provider: "azure",
      status: null,
      error: { error: { code: "RateLimitReached", message: "retry after 1 minute" } },
    },
    { outcome: "rate_limited", retryAfterS: 60, reason: "azure.ratelimitreached" },
  ],
  [
    "a quota that only the message names",
    {
      provider: "azure",
      status: 429,
      responseHeaders: { "Retry-After": "86400" },
      error: { error: { code: "429", message: "You exceeded your current quota." } },
    },
    { outcome: "quota_exhausted", quotaResetAt: NOW + 86_400_000, reason: "azure.quota_message" },
  ],
  [
    "a rate limit that tells where to have the quota raised",
    {
      provider: "azure",
      status: 429,
      error: {
        error: {
          code: "429",
          message:
            "Exceeded call rate limit. Please retry after 2 seconds. To increase the quota see https://aka.ms/oai/quotaincrease",
        },
      },
    },
    { outcome: "rate_limited", retryAfterS: 2, reason: "http.429" },
  ],
  [
    "a quota that looks like a bad key",
    {
      provider: "azure",
      status: 403,
      error: {
        statusCode: 403,
        message: "Out of call volume quota. Quota will be replenished in 5.03:23:11.",
      },
    },
    {
      outcome: "quota_exhausted",
      quotaResetAt: NOW + (5 * 86_400 + 3 * 3_600 + 23 * 60 + 11) * 1_000,
      reason: "azure.call_volume_quota",
    },
  ],
];

describe("Azure", () => {
  test.each(cases)("%s", (_, input, expected) =>
    expect(readSignals(input, NOW)).toMatchObject({ ...NO_TIMES, ...expected }),
  );
});
