import { describe, expect, test } from "vitest";
import { type Case, type Expected, MIDNIGHT_PACIFIC, NO_TIMES, NOW, openai, PER_DAY } from "./fixtures";
import { readSignals } from "./signals";

describe("status alone", () => {
  const cases: Case[] = [
    ["200", { status: 200 }, { outcome: "success", reason: null }],
    ["none", { status: null }, { outcome: "success", reason: null }],
    ["0", { status: 0 }, { outcome: "timeout", reason: "no_response" }],
    ["a bare 429", { status: 429 }, { outcome: "rate_limited", reason: "http.429" }],
    [
      "529 is the provider",
      { status: 529, responseHeaders: {} },
      { outcome: "overloaded", reason: "http.529" },
    ],
    ["401", { status: 401 }, { outcome: "unauthorized", reason: "http.401" }],
    ["402", { status: 402 }, { outcome: "quota_exhausted", reason: "http.402" }],
    ["500", { status: 500, error: "oops" }, { outcome: "server_error", reason: "http.500" }],
    [
      "402 with a date of return",
      { status: 402, responseHeaders: { "Retry-After": "3600" } },
      { outcome: "quota_exhausted", quotaResetAt: NOW + 3_600_000 },
    ],
  ];
  test.each(cases)("%s", (_, input, expected) =>
    expect(readSignals(input, NOW)).toMatchObject({ ...NO_TIMES, ...expected }),
  );
});

describe("how a body may arrive", () => {
  const body = openai("insufficient_quota", "insufficient_quota");
  const exhausted: Expected = { outcome: "quota_exhausted", reason: "openai.insufficient_quota" };
  const cases: Case[] = [
    [
      "a body says the status when the gateway does not",
      { status: null, error: { error: { code: 503, message: "m" } } },
      { outcome: "overloaded", reason: "http.503" },
    ],
    [
      "behind a 200, as gateways do in a stream",
      { status: 200, error: { error: { code: 429, message: "m" } } },
      { outcome: "rate_limited", reason: "http.429" },
    ],
    ["JSON text", { status: 429, error: JSON.stringify(body) }, exhausted],
    ["JSON text twice over", { status: 429, error: JSON.stringify(JSON.stringify(body)) }, exhausted],
    ["behind a prefix", { status: 429, error: `429 Too Many Requests: ${JSON.stringify(body)}` }, exhausted],
    [
      "in a gateway's message",
      { status: 429, error: { error: { message: JSON.stringify(body), code: 429 } } },
      exhausted,
    ],
    ["the inner object alone", { status: 429, error: body.error }, exhausted],
    [
      "in OpenRouter's metadata",
      { status: 429, error: { error: { code: 429, message: "m", metadata: { raw: JSON.stringify(body) } } } },
      exhausted,
    ],
    [
      "as an SDK prints it",
      { status: 429, error: "RateLimitError: Error code: 429 - {'error': {'code': 'insufficient_quota'}}" },
      exhausted,
    ],
    [
      "a Gemini body printed by an SDK",
      { status: 429, error: `429 {'status': 'RESOURCE_EXHAUSTED', 'quotaId': '${PER_DAY}'}` },
      { outcome: "quota_exhausted", quotaResetAt: MIDNIGHT_PACIFIC },
    ],
    ["cut off", { status: 429, error: JSON.stringify(body).slice(0, -5) }, exhausted],
    ["as an error type only", { status: 429, errorType: "insufficient_quota" }, exhausted],
    [
      "from a provider nobody knows, which is not called OpenAI for it",
      { provider: "acme", status: 429, error: body },
      { outcome: "quota_exhausted", reason: "insufficient_quota" },
    ],
    [
      "as words without a known code",
      { status: 429, error: "slow down, please" },
      { outcome: "rate_limited" },
    ],
    [
      "unknown codes leave the status",
      { status: 418, error: { error: { code: "teapot" } } },
      { outcome: "client_error" },
    ],
    [
      "weak codes count without a status",
      { status: null, error: { error: { type: "invalid_request_error", message: "m" } } },
      { outcome: "client_error", reason: "anthropic.invalid_request_error" },
    ],
  ];
  test.each(cases)("%s", (_, input, expected) =>
    expect(readSignals(input, NOW)).toMatchObject({ ...NO_TIMES, ...expected }),
  );
});

describe("waits", () => {
  const cases: Case[] = [
    [
      "seconds",
      { status: 429, responseHeaders: { "Retry-After": "20" } },
      { outcome: "rate_limited", retryAfterS: 20 },
    ],
    [
      "an HTTP date",
      { status: 429, responseHeaders: { "retry-after": "Sat, 09 May 2026 18:00:15 GMT" } },
      { outcome: "rate_limited", retryAfterS: 45 },
    ],
    [
      "milliseconds are finer, in either order",
      { status: 429, responseHeaders: { "retry-after-ms": "1250", "Retry-After": "2" } },
      { outcome: "rate_limited", retryAfterS: 1.25 },
    ],
    [
      "milliseconds last",
      { status: 429, responseHeaders: { "Retry-After": "2", "Retry-After-Ms": "1250" } },
      { outcome: "rate_limited", retryAfterS: 1.25 },
    ],
    [
      "a list",
      { status: 429, responseHeaders: { "retry-after": ["5", "7"] } },
      { outcome: "rate_limited", retryAfterS: 7 },
    ],
    [
      "joined by a comma",
      { status: 429, responseHeaders: { "retry-after": "5, 7" } },
      { outcome: "rate_limited", retryAfterS: 7 },
    ],
    [
      "the gateway's own field first",
      { status: 429, retryAfterS: 3, responseHeaders: { "retry-after": "9" } },
      { outcome: "rate_limited", retryAfterS: 3 },
    ],
    [
      "an overloaded provider",
      { status: 503, responseHeaders: { "retry-after": "9" } },
      { outcome: "overloaded", retryAfterS: 9 },
    ],
    [
      "Retry-After wins over the limit's reset",
      { status: 429, responseHeaders: { RateLimit: '"p";r=0;t=23', "Retry-After": "30" } },
      { outcome: "rate_limited", retryAfterS: 30 },
    ],
    [
      "without it, the spent limit's reset",
      { status: 429, responseHeaders: { RateLimit: '"p";r=0;t=23, "q";r=5;t=50' } },
      { outcome: "rate_limited", retryAfterS: 23, reason: "limit_spent" },
    ],
    [
      "nonsense is nothing",
      { status: 429, retryAfterS: -1, responseHeaders: { "retry-after": "soon" } },
      { outcome: "rate_limited" },
    ],
    ["not after a success", { status: 200, retryAfterS: 5 }, { outcome: "success" }],
  ];
  test.each(cases)("%s", (_, input, expected) =>
    expect(readSignals(input, NOW)).toMatchObject({ ...NO_TIMES, ...expected }),
  );
});
