import { describe, expect, test } from "vitest";
import { type Case, gemini, MIDNIGHT_PACIFIC, NO_TIMES, NOW, PER_DAY, PER_MINUTE } from "./fixtures";
import { readSignals } from "./signals";

const cases: Case[] = [
  [
    "a day's quota, whatever the short delay says",
    { provider: "gemini", status: 429, error: gemini([PER_DAY], "31s") },
    { outcome: "quota_exhausted", quotaResetAt: MIDNIGHT_PACIFIC, reason: "gemini.quota_per_day" },
  ],
  [
    "a day's and a minute's at once",
    { provider: "gemini", status: 429, error: gemini([PER_MINUTE, PER_DAY], "31s") },
    { outcome: "quota_exhausted", quotaResetAt: MIDNIGHT_PACIFIC },
  ],
  [
    "a minute's quota",
    { provider: "gemini", status: 429, error: gemini([PER_MINUTE], "29.5s") },
    { outcome: "rate_limited", retryAfterS: 29.5, reason: "gemini.quota_per_minute" },
  ],
  [
    "wrapped in an array, as when streaming",
    { status: 429, error: [gemini([PER_DAY], "31s")] },
    { outcome: "quota_exhausted", quotaResetAt: MIDNIGHT_PACIFIC },
  ],
  [
    "no details",
    {
      provider: "gemini",
      status: 429,
      error: { error: { code: 429, status: "RESOURCE_EXHAUSTED", message: "m" } },
    },
    { outcome: "rate_limited", reason: "gemini.resource_exhausted" },
  ],
  [
    "prepaid credit gone",
    {
      provider: "gemini",
      status: 402,
      error: { error: { code: 402, status: "RESOURCE_EXHAUSTED", message: "m" } },
    },
    { outcome: "quota_exhausted", reason: "gemini.prepay_depleted" },
  ],
  [
    "Interactions API",
    { provider: "gemini", status: 429, error: { error: { code: "quota_exceeded", message: "m" } } },
    { outcome: "quota_exhausted", reason: "gemini.quota_exceeded" },
  ],
  [
    "a bad key is a 400",
    {
      provider: "gemini",
      status: 400,
      error: {
        error: {
          code: 400,
          status: "INVALID_ARGUMENT",
          details: [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "API_KEY_INVALID" }],
        },
      },
    },
    { outcome: "unauthorized", reason: "gemini.api_key_invalid" },
  ],
];

describe("Gemini", () => {
  test.each(cases)("%s", (_, input, expected) =>
    expect(readSignals(input, NOW)).toMatchObject({ ...NO_TIMES, ...expected }),
  );
});
