import { describe, expect, test } from "vitest";
import { type Case, NO_TIMES, NOW } from "./fixtures";
import { readSignals } from "./signals";

const cases: Case[] = [
  [
    "problem type quota-exceeded",
    {
      status: 429,
      error: {
        type: "https://iana.org/assignments/http-problem-types#quota-exceeded",
        "violated-policies": ["d"],
      },
      responseHeaders: { "RateLimit-Policy": '"d";q=10;w=86400', RateLimit: '"d";r=0;t=30000' },
    },
    { outcome: "quota_exhausted", quotaResetAt: NOW + 30_000_000, reason: "quota-exceeded" },
  ],
];

describe("IETF", () => {
  test.each(cases)("%s", (_, input, expected) =>
    expect(readSignals(input, NOW)).toMatchObject({ ...NO_TIMES, ...expected }),
  );
});
