import { describe, expect, test } from "vitest";
import { gemini, MIDNIGHT_PACIFIC, NOW, openai, PER_DAY, PER_MINUTE } from "./fixtures";
import { readSignals } from "./signals";
import type { SignalInput, SignalLimit } from "./types";

describe("limits", () => {
  const limit = (
    name: string,
    window: string | null,
    of: number | null,
    remaining: number | null,
    afterS?: number,
  ) => ({
    name,
    window,
    limit: of,
    remaining,
    resetAt: afterS === undefined ? null : NOW + afterS * 1_000,
  });
  const cases: Array<[string, SignalInput["responseHeaders"], SignalLimit[]]> = [
    [
      "OpenAI",
      {
        "X-RateLimit-Limit-Requests": "5000",
        "x-ratelimit-limit-tokens": "160000",
        "x-ratelimit-remaining-requests": "4999",
        "x-ratelimit-remaining-tokens": "159976",
        "x-ratelimit-reset-requests": "12ms",
        "x-ratelimit-reset-tokens": "6m0s",
      },
      [limit("requests", "1m", 5_000, 4_999, 0.012), limit("tokens", "1m", 160_000, 159_976, 360)],
    ],
    [
      "OpenAI, requests that refill over a day",
      {
        "x-ratelimit-limit-requests": "200",
        "x-ratelimit-remaining-requests": "199",
        "x-ratelimit-reset-requests": "7m12s",
      },
      [limit("requests", "1d", 200, 199, 432)],
    ],
    [
      "Anthropic",
      {
        "anthropic-ratelimit-input-tokens-limit": "400000",
        "anthropic-ratelimit-input-tokens-remaining": "12000",
        "anthropic-ratelimit-input-tokens-reset": "2026-05-09T18:00:00Z",
        "Anthropic-Priority-Output-Tokens-Remaining": "9",
      },
      [limit("input_tokens", "1m", 400_000, 12_000, 30), limit("priority_output_tokens", "1m", null, 9)],
    ],
    [
      "Mistral",
      {
        "x-ratelimit-limit-req-minute": "60",
        "x-ratelimit-remaining-req-minute": "59",
        "x-ratelimit-limit-tokens-month": "4000000",
        "x-ratelimit-remaining-tokens-month": "3950246",
        "x-ratelimit-tokens-query-cost": "2804",
      },
      [limit("requests", "1m", 60, 59), limit("tokens", "31d", 4_000_000, 3_950_246)],
    ],
    [
      "Azure: whole seconds; -1 remaining means unknown",
      {
        "x-ratelimit-limit-tokens": "10000",
        "x-ratelimit-remaining-tokens": "-1",
        "x-ratelimit-reset-tokens": "6",
        "x-ratelimit-remaining-requests": "-1",
      },
      [limit("tokens", "1m", 10_000, null, 6)],
    ],
    [
      "IETF, quoted",
      { "RateLimit-Policy": '"permin";q=50;w=60, "perday";q=5000;w=86400', RateLimit: '"permin";r=7;t=23' },
      [limit("requests", "1m", 50, 7, 23), limit("requests", "1d", 5_000, null)],
    ],
    [
      "IETF, tokens and units",
      {
        "ratelimit-policy": 'a;q=50;w=60;qu="content-bytes", b-tokens;q=9;w=3600',
        ratelimit: "a;r=7;t=23, b-tokens;r=1",
      },
      [limit("content_bytes", "1m", 50, 7, 23), limit("tokens", "1h", 9, 1)],
    ],
    [
      "IETF, separators inside a quoted name",
      { RateLimit: '"a,b;r=9\\"";r=3;t=5' },
      [limit("requests", null, null, 3, 5)],
    ],
    [
      "IETF -07 as a dictionary",
      { "RateLimit-Policy": "100;w=60", RateLimit: "limit=100, remaining=40, reset=12" },
      [limit("requests", "1m", 100, 40, 12)],
    ],
    [
      "the old triple",
      { "RateLimit-Limit": "100", "RateLimit-Remaining": "40", "RateLimit-Reset": "12" },
      [limit("requests", null, 100, 40, 12)],
    ],
    [
      "the old triple beside the field that took its place",
      {
        "X-RateLimit-Limit": "50",
        "X-RateLimit-Remaining": "7",
        "RateLimit-Policy": '"m";q=50;w=60',
        RateLimit: '"m";r=7;t=23',
      },
      [limit("requests", "1m", 50, 7, 23)],
    ],
    [
      "the old triple with its policy in the limit",
      { "RateLimit-Limit": "100, 100;w=60", "RateLimit-Remaining": "40", "RateLimit-Reset": "12" },
      [limit("requests", "1m", 100, 40, 12)],
    ],
    [
      "the old triple with policies in a header of their own",
      {
        "RateLimit-Policy": "100;w=60, 5000;w=86400",
        "RateLimit-Limit": "100",
        "RateLimit-Remaining": "40",
        "RateLimit-Reset": "12",
      },
      [limit("requests", "1m", 100, 40, 12), limit("requests", "1d", 5_000, null)],
    ],
    [
      "the legacy triple with an epoch",
      { "X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "40", "X-RateLimit-Reset": "1778349600" },
      [limit("requests", null, 100, 40, 30)],
    ],
    [
      "a gateway's own window beside the provider's",
      {
        "X-RateLimit-Limit-Hour": "100",
        "X-RateLimit-Remaining-Hour": "99",
        "x-ratelimit-remaining-requests": "5",
      },
      [limit("requests", "1h", 100, 99), limit("requests", "1m", null, 5)],
    ],
    [
      "passed on by LiteLLM",
      { "llm_provider-x-ratelimit-limit-tokens": "10", x_ratelimit_remaining_tokens: "9" },
      [limit("tokens", "1m", 10, 9)],
    ],
    [
      "lists and joined values",
      { "x-ratelimit-remaining-tokens": ["8", "7"], "x-ratelimit-limit-tokens": "9, 10" },
      [limit("tokens", "1m", 10, 7)],
    ],
    [
      "hostile values",
      {
        "x-ratelimit-limit-tokens": "1e400",
        "x-ratelimit-remaining-tokens": "NaN",
        "x-ratelimit-reset-tokens": "9".repeat(100_000),
        RateLimit: `"${";".repeat(5_000)}`,
        ["x-ratelimit-".padEnd(100_000, "a")]: "1",
        constructor: "1",
      },
      [],
    ],
  ];
  test.each(cases)("%s", (_, responseHeaders, limits) => {
    const read = readSignals({ status: 200, responseHeaders }, NOW);
    expect(read.limits).toHaveLength(limits.length);
    expect(read.limits).toEqual(expect.arrayContaining(limits));
    expect(read).toMatchObject({ outcome: "success", retryAfterS: null, quotaResetAt: null, reason: null });
  });

  test("a success with nothing left is still a success", () => {
    const responseHeaders = { "x-ratelimit-limit-requests": "10", "x-ratelimit-remaining-requests": "0" };
    const ratelimit = [{ name: "tokens-month", limit: 10, remaining: 0 }];
    expect(readSignals({ provider: "mistral", status: 200, responseHeaders, ratelimit }, NOW).outcome).toBe(
      "success",
    );
  });

  test("a day's limit that is spent explains a 429 that says nothing", () => {
    const responseHeaders = {
      "RateLimit-Policy": '"m";q=5;w=60, "d";q=50;w=86400',
      RateLimit: '"m";r=0;t=9, "d";r=0;t=20000',
    };
    expect(readSignals({ status: 429, responseHeaders }, NOW)).toMatchObject({
      outcome: "quota_exhausted",
      quotaResetAt: NOW + 20_000_000,
      retryAfterS: null,
      reason: "limit_spent",
    });
  });

  test("a 403 with nothing left is a limit, a 403 otherwise is the key", () => {
    const responseHeaders = { "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "60" };
    expect(readSignals({ status: 403, responseHeaders }, NOW).outcome).toBe("rate_limited");
    expect(readSignals({ status: 403, responseHeaders: { "X-RateLimit-Remaining": "3" } }, NOW).outcome).toBe(
      "unauthorized",
    );
    expect(readSignals({ status: 401, responseHeaders }, NOW).outcome).toBe("unauthorized");
  });

  test("a code decides before the limits do", () => {
    const responseHeaders = { "X-RateLimit-Remaining-Day": "0", "Retry-After": "4" };
    const error = openai("rate_limit_exceeded", "requests");
    expect(readSignals({ status: 429, error, responseHeaders }, NOW)).toMatchObject({
      outcome: "rate_limited",
      retryAfterS: 4,
    });
  });

  test("Gemini's exceeded quotas are learned as limits", () => {
    const read = readSignals({ status: 429, error: gemini([PER_MINUTE, PER_DAY], "30s") }, NOW);
    expect(read.limits).toEqual([
      limit("requests", "1m", 50, 0, 30),
      { name: "requests", window: "1d", limit: 50, remaining: 0, resetAt: MIDNIGHT_PACIFIC },
    ]);
  });

  test("what the event states is understood in the headers' words, made safe, and completed by the headers", () => {
    const read = readSignals(
      {
        provider: "acme",
        status: 200,
        responseHeaders: { "x-ratelimit-limit-tokens": "100" },
        ratelimit: [
          { name: "tokens", remaining: 40, reset_s: 5 },
          { name: "requests_per_day", limit: 9, remaining: -1 },
          { name: "RPM", limit: 3 },
          { name: "Images (HD)", limit: 2, remaining: Number.NaN, reset_s: -4 },
          { name: "__proto__", limit: 1 },
          { name: "constructor", limit: 1 },
          { name: "", limit: 1 },
        ],
      },
      NOW,
    );
    expect(read.limits).toEqual([
      limit("tokens", "1m", 100, 40, 5),
      limit("requests", "1d", 9, null),
      limit("requests", "1m", 3, null),
      limit("images_hd", null, 2, null),
      limit("proto", null, 1, null),
    ]);
  });

  test("no more than 16", () => {
    const ratelimit = Array.from({ length: 100 }, (_, index) => ({ name: `n${index}`, limit: 1 }));
    expect(readSignals({ status: 200, ratelimit }, NOW).limits).toHaveLength(16);
  });
});
