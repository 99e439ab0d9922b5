import type { SignalInput } from "./types";

export const NOW = Date.UTC(2026, 4, 9, 17, 59, 30);
export const NEXT_MONTH = Date.UTC(2026, 5, 1);
/** Midnight in Los Angeles, which is 7 h behind UTC in May. */
export const MIDNIGHT_PACIFIC = Date.UTC(2026, 4, 10, 7);

export const openai = (code: string | null, type: string, message = "m") => ({
  error: { message, type, param: null, code },
});
export const anthropic = (type: string, extra: object = {}) => ({
  type: "error",
  error: { type, message: "m", ...extra },
});
export const gemini = (quotaIds: string[], retryDelay: string, code = 429) => ({
  error: {
    code,
    message: "You exceeded your current quota, please check your plan and billing details.",
    status: "RESOURCE_EXHAUSTED",
    details: [
      {
        "@type": "type.googleapis.com/google.rpc.QuotaFailure",
        violations: quotaIds.map((quotaId) => ({
          quotaMetric: "generativelanguage.googleapis.com/generate_content_requests",
          quotaId,
          quotaValue: "50",
        })),
      },
      { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay },
    ],
  },
});
export const mistral = {
  object: "error",
  message: "Rate limit exceeded",
  type: "rate_limited",
  param: null,
  code: "1300",
};
export const PER_DAY = "GenerateRequestsPerDayPerProjectPerModel-FreeTier";
export const PER_MINUTE = "GenerateRequestsPerMinutePerProjectPerModel-FreeTier";

/** What a case must read as. */
export type Expected = {
  outcome: string;
  retryAfterS?: number | null;
  quotaResetAt?: number | null;
  reason?: string | null;
};
export type Case = [title: string, input: SignalInput, expected: Expected];

/** What a case does not mention about times must be null. */
export const NO_TIMES = { retryAfterS: null, quotaResetAt: null };
