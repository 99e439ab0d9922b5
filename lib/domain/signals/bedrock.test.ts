import { describe, expect, test } from "vitest";
import { type Case, NO_TIMES, NOW } from "./fixtures";
import { readSignals } from "./signals";

const cases: Case[] = [
  [
    "throttling, named in a header",
    {
      provider: "bedrock",
      status: 429,
      error: { message: "Too many requests, please wait before trying again." },
      responseHeaders: { "X-Amzn-ErrorType": "ThrottlingException:http://internal.amazon.com/coral/" },
    },
    { outcome: "rate_limited", reason: "bedrock.throttlingexception" },
  ],
  [
    "throttling, named in the body of a 400",
    { status: 400, error: { __type: "com.amazon.coral.service#ThrottlingException", message: "m" } },
    { outcome: "rate_limited", reason: "bedrock.throttlingexception" },
  ],
  [
    "a day's tokens behind the same name",
    {
      status: 429,
      errorType: "ThrottlingException",
      error: { message: "Too many tokens per day, please wait before trying again." },
    },
    { outcome: "quota_exhausted", reason: "bedrock.tokens_per_day" },
  ],
  [
    "service quota as a 400",
    { provider: "bedrock", status: 400, errorType: "ServiceQuotaExceededException" },
    { outcome: "quota_exhausted", reason: "bedrock.servicequotaexceededexception" },
  ],
  [
    "a model that is loading is not the key's doing",
    { provider: "bedrock", status: 429, errorType: "ModelNotReadyException" },
    { outcome: "overloaded", reason: "bedrock.modelnotreadyexception" },
  ],
];

describe("Bedrock", () => {
  test.each(cases)("%s", (_, input, expected) =>
    expect(readSignals(input, NOW)).toMatchObject({ ...NO_TIMES, ...expected }),
  );
});
