import { describe, expect, test } from "vitest";
import { type Case, NEXT_MONTH, NO_TIMES, NOW, openai } from "./fixtures";
import { readSignals } from "./signals";

const cases: Case[] = [
  [
    "insufficient_quota behind a 429, its retry-after worthless",
    {
      provider: "openai",
      status: 429,
      error: openai("insufficient_quota", "insufficient_quota"),
      responseHeaders: { "retry-after": "2" },
    },
    { outcome: "quota_exhausted", reason: "openai.insufficient_quota" },
  ],
  [
    "the code is finer than the type",
    { provider: "openai", status: 429, error: openai("credit_balance_exhausted", "insufficient_quota") },
    { outcome: "quota_exhausted", reason: "openai.credit_balance_exhausted" },
  ],
  [
    "the type alone",
    { provider: "openai", status: 429, error: openai(null, "insufficient_quota") },
    { outcome: "quota_exhausted", reason: "openai.insufficient_quota" },
  ],
  [
    "the message alone, as LiteLLM passes it on",
    {
      provider: "openai",
      status: 429,
      errorType: "RateLimitError",
      error:
        "litellm.RateLimitError: OpenAIException - You exceeded your current quota, please check your plan.",
    },
    { outcome: "quota_exhausted", reason: "openai.insufficient_quota" },
  ],
  [
    "the message beside a finer code",
    {
      provider: "openai",
      status: 429,
      error: openai("project_spend_limit_exceeded", "insufficient_quota", "You exceeded your current quota."),
    },
    { outcome: "quota_exhausted", quotaResetAt: NEXT_MONTH, reason: "openai.project_spend_limit_exceeded" },
  ],
  [
    "a project's spend limit is monthly",
    {
      provider: "openai",
      status: 429,
      error: openai("project_spend_limit_exceeded", "insufficient_quota"),
    },
    { outcome: "quota_exhausted", quotaResetAt: NEXT_MONTH, reason: "openai.project_spend_limit_exceeded" },
  ],
  [
    "organization spend limit",
    {
      provider: "openai",
      status: 429,
      error: openai("organization_spend_limit_exceeded", "insufficient_quota"),
    },
    { outcome: "quota_exhausted", reason: "openai.organization_spend_limit_exceeded" },
  ],
  [
    "organization usage limit",
    { provider: "openai", status: 429, error: openai("organization_usage_limit_exceeded", "x") },
    { outcome: "quota_exhausted", reason: "openai.organization_usage_limit_exceeded" },
  ],
  [
    "rate limit, the wait in the prose",
    {
      provider: "openai",
      status: 429,
      error: openai(
        "rate_limit_exceeded",
        "tokens",
        "Rate limit reached. Please try again in 6m0.5s. Visit …",
      ),
    },
    { outcome: "rate_limited", retryAfterS: 360.5, reason: "openai.rate_limit_exceeded" },
  ],
  [
    "slow_down is the key's own pace",
    { provider: "openai", status: 429, error: openai("slow_down", "rate_limit_error") },
    { outcome: "rate_limited", reason: "openai.slow_down" },
  ],
  [
    "overload in the clothes of a 500",
    { provider: "openai", status: 500, error: openai("server_is_overloaded", "service_unavailable_error") },
    { outcome: "overloaded", reason: "openai.server_is_overloaded" },
  ],
  [
    "a type shared by all bad requests does not hide the code",
    { provider: "openai", status: 401, error: openai("invalid_api_key", "invalid_request_error") },
    { outcome: "unauthorized", reason: "openai.invalid_api_key" },
  ],
];

describe("OpenAI", () => {
  test.each(cases)("%s", (_, input, expected) =>
    expect(readSignals(input, NOW)).toMatchObject({ ...NO_TIMES, ...expected }),
  );
});
