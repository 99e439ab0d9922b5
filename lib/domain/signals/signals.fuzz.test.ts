import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isOutcome, outcomeOfStatus } from "../usage/outcome";
import { MAX_AHEAD_S } from "./parse";
import { readSignals } from "./signals";
import type { SignalInput } from "./types";

const now = fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2090, 0) });
const status = fc.oneof(fc.constantFrom(null, 0, 200, 400, 402, 403, 429, 500, 503, 529), fc.integer());
const headerName = fc.oneof(
  fc
    .tuple(
      fc.constantFrom("x-ratelimit-limit", "X-RateLimit-Remaining", "x-ratelimit-reset", "RateLimit-Reset"),
      fc.constantFrom("", "-requests", "-tokens", "-req-minute", "-tokens-month", "-day"),
    )
    .map((parts) => parts.join("")),
  fc.constantFrom(
    "ratelimit",
    "ratelimit-policy",
    "retry-after",
    "retry-after-ms",
    "x-amzn-errortype",
    "__proto__",
  ),
  fc.constantFrom("anthropic-ratelimit-tokens-reset", "anthropic-ratelimit-requests-remaining"),
  fc.string(),
);
const headerValue = fc.oneof(
  fc.string(),
  fc.constantFrom("NaN", "-1", "1e400", "0", '"p";r=0;t=1e9', '"p";q=0;w=0', "Infinity", "9".repeat(40)),
  fc.integer().map(String),
  fc.double().map(String),
  fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
  fc.array(fc.string({ maxLength: 9 })),
);
const code = fc.constantFrom(
  "insufficient_quota",
  "rate_limit_error",
  "RESOURCE_EXHAUSTED",
  "enforced_spend_limit_reached",
  "429",
  "ThrottlingException",
);
const body = fc.oneof(
  fc.jsonValue(),
  fc.anything(),
  fc.string({ maxLength: 2_000 }),
  fc.json(),
  fc.record({ error: fc.record({ code: fc.oneof(code, fc.anything()), type: code, message: fc.string() }) }),
  fc.record({ details: fc.array(fc.record({ violations: fc.anything(), retryDelay: fc.anything() })) }),
);
const stated = fc.array(
  fc.record({
    name: fc.oneof(fc.string(), fc.constantFrom("requests", "toString")),
    limit: fc.anything(),
    reset_s: fc.anything(),
  }),
);
const input = fc.record({
  provider: fc.oneof(
    fc.constantFrom("openai", "anthropic", "gemini", "mistral", "azure", "bedrock"),
    fc.anything(),
  ),
  status: fc.oneof(status, fc.anything()),
  responseHeaders: fc.oneof(fc.dictionary(headerName, headerValue), fc.anything()),
  error: body,
  errorType: fc.oneof(code, fc.anything()),
  retryAfterS: fc.oneof(fc.double(), fc.anything()),
  ratelimit: fc.oneof(stated, fc.anything()),
});

describe("whatever arrives", () => {
  test("is read without an error, into values that are finite and bounded", () => {
    fc.assert(
      fc.property(input, now, (anything, at) => {
        const latest = at + MAX_AHEAD_S * 1_000;
        const read = readSignals(anything as SignalInput, at);
        expect(isOutcome(read.outcome)).toBe(true);
        if (read.retryAfterS !== null) within(read.retryAfterS, 0, MAX_AHEAD_S);
        if (read.quotaResetAt !== null) {
          expect(read.outcome).toBe("quota_exhausted");
          within(read.quotaResetAt, at, latest);
        }
        expect(read.limits.length).toBeLessThanOrEqual(16);
        for (const { name, window, limit, remaining, resetAt } of read.limits) {
          expect(name).toMatch(/^[a-z][a-z0-9_]{0,39}$/);
          expect(name in {}).toBe(false);
          if (window !== null) expect(window).toMatch(/^\d+[smhd]$/);
          if (limit !== null) within(limit, 0, 1e15);
          if (remaining !== null) within(remaining, 0, 1e15);
          if (resetAt !== null) within(resetAt, at, latest);
        }
        if (read.reason !== null) expect(read.reason).toMatch(/^[a-z0-9_.-]{1,80}$/);
      }),
      { numRuns: 2_000 },
    );
  });

  test("leaves the status alone when there is nothing but headers with room left", () => {
    fc.assert(
      fc.property(status, fc.nat(), now, (code, room, at) => {
        const responseHeaders = { "x-ratelimit-remaining-requests": String(room + 1) };
        const known = code !== null && code >= 0 && code <= 999 ? code : null;
        expect(readSignals({ status: code, responseHeaders }, at).outcome).toBe(outcomeOfStatus(known));
      }),
    );
  });

  test("takes no longer for text made to make it", () => {
    const hostile = [
      "{".repeat(16_000),
      "[".repeat(16_000),
      `${'{"error":'.repeat(1_500)}1${"}".repeat(1_500)}`,
      "a_".repeat(8_000),
      "retry after ".repeat(1_300),
      "9".repeat(16_000),
      " ".repeat(16_000),
      `"${"\\".repeat(15_999)}`,
    ];
    for (const error of hostile) {
      const responseHeaders = {
        ratelimit: error,
        "retry-after": error,
        "x-ratelimit-reset": error,
        [error]: error,
      };
      const started = performance.now();
      readSignals({ status: 429, error, responseHeaders }, Date.UTC(2026, 4, 9));
      expect(performance.now() - started).toBeLessThan(500);
    }
  });
});

function within(value: number, least: number, most: number): void {
  expect(Number.isFinite(value)).toBe(true);
  expect(value).toBeGreaterThanOrEqual(least);
  expect(value).toBeLessThanOrEqual(most);
}
