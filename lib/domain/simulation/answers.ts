import type { Reading } from "./meter";
import type { Provider } from "./providers";

/** What a provider answers instead of a completion. */
export type Refusal = {
  status: number;
  error?: unknown;
  errorType?: string;
  retryAfterS?: number;
  headers: Record<string, string>;
};

/** A duration as Go prints it: `12ms`, `1.5s`, `6m0s`. */
function goDuration(ms: number): string {
  const rounded = Math.max(0, Math.ceil(ms));
  if (rounded < 1000) return `${rounded}ms`;
  if (rounded < 60_000) return `${rounded / 1000}s`;
  const seconds = Math.ceil(rounded / 1000);
  return `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

const seconds = (ms: number) => Math.max(1, Math.ceil(ms / 1000));

const MISTRAL_NAMES: Readonly<Record<string, string>> = { requests: "req-minute", tokens: "tokens-minute" };

/** The limit headers a provider sends with each answer; Gemini sends none. */
export function limitHeaders(
  provider: Provider,
  readings: readonly Reading[],
  nowMs: number,
): Record<string, string> {
  const headers: Record<string, string> = {};
  if (provider === "gemini") return headers;
  if (provider === "issued") {
    const policies = readings.map(
      ({ limit }) => `"${policyName(limit.windowMs)}";q=${limit.amount};w=${limit.windowMs / 1000}`,
    );
    headers["ratelimit-policy"] = policies.join(", ");
    const nearest = readings.reduce((a, b) =>
      b.remaining / b.limit.amount < a.remaining / a.limit.amount ? b : a,
    );
    headers.ratelimit = `"${policyName(nearest.limit.windowMs)}";r=${nearest.remaining};t=${seconds(nearest.resetMs)}`;
    return headers;
  }
  for (const { limit, remaining, resetMs } of readings) {
    if (provider === "openai") {
      headers[`x-ratelimit-limit-${limit.name}`] = String(limit.amount);
      headers[`x-ratelimit-remaining-${limit.name}`] = String(remaining);
      headers[`x-ratelimit-reset-${limit.name}`] = goDuration(resetMs);
    } else if (provider === "anthropic") {
      const name = `anthropic-ratelimit-${limit.name.replace("_", "-")}`;
      const shown = limit.name === "requests" ? remaining : Math.round(remaining / 1000) * 1000;
      headers[`${name}-limit`] = String(limit.amount);
      headers[`${name}-remaining`] = String(shown);
      headers[`${name}-reset`] = `${new Date(nowMs + resetMs).toISOString().slice(0, 19)}Z`;
    } else {
      const name = MISTRAL_NAMES[limit.name] ?? limit.name;
      headers[`x-ratelimit-limit-${name}`] = String(limit.amount);
      headers[`x-ratelimit-remaining-${name}`] = String(remaining);
    }
  }
  return headers;
}

const policyName = (windowMs: number) => (windowMs > 60_000 ? "perday" : "permin");

const GEMINI_METRIC = "generativelanguage.googleapis.com/generate_content_requests";

function geminiQuota(reading: Reading, model: string, quotaId: string, retryS: number): unknown {
  return {
    error: {
      code: 429,
      message: `You exceeded your current quota, please check your plan and billing details. * Quota exceeded for metric: ${GEMINI_METRIC}, limit: ${reading.limit.amount}, model: ${model}\nPlease retry in ${retryS}s.`,
      status: "RESOURCE_EXHAUSTED",
      details: [
        {
          "@type": "type.googleapis.com/google.rpc.QuotaFailure",
          violations: [
            {
              quotaMetric: GEMINI_METRIC,
              quotaId,
              quotaDimensions: { location: "global", model },
              quotaValue: String(reading.limit.amount),
            },
          ],
        },
        { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: `${retryS}s` },
      ],
    },
  };
}

const UNITS: Readonly<Record<string, string>> = {
  requests: "requests per min (RPM)",
  tokens: "tokens per min (TPM)",
};

/** A key over a limit that refills within a minute; `waitMs` is the time until the request would fit. */
export function throttled(
  provider: Provider,
  reading: Reading,
  model: string,
  waitMs: number,
  headers: Record<string, string>,
): Refusal {
  const retryAfterS = seconds(waitMs);
  const after = { ...headers, "retry-after": String(retryAfterS) };
  switch (provider) {
    case "openai": {
      const { limit, remaining } = reading;
      const unit = UNITS[limit.name] ?? limit.name;
      return {
        status: 429,
        retryAfterS,
        errorType: limit.name,
        headers: { ...after, "retry-after-ms": String(Math.ceil(waitMs)) },
        error: {
          error: {
            message: `Rate limit reached for ${model} in organization org-sim on ${unit}: Limit ${limit.amount}, Used ${limit.amount - remaining}. Please try again in ${goDuration(waitMs)}.`,
            type: limit.name,
            param: null,
            code: "rate_limit_exceeded",
          },
        },
      };
    }
    case "anthropic":
      return {
        status: 429,
        retryAfterS,
        errorType: "rate_limit_error",
        headers: after,
        error: {
          type: "error",
          error: {
            type: "rate_limit_error",
            message: `Number of ${reading.limit.name.replace("_", " ")} has exceeded your per-minute rate limit`,
          },
        },
      };
    case "gemini":
      return {
        status: 429,
        retryAfterS,
        errorType: "RESOURCE_EXHAUSTED",
        headers,
        error: geminiQuota(reading, model, "GenerateRequestsPerMinutePerProjectPerModel", retryAfterS),
      };
    case "mistral":
      return {
        status: 429,
        retryAfterS,
        errorType: "rate_limited",
        headers: after,
        error: {
          object: "error",
          message: "Rate limit exceeded",
          type: "rate_limited",
          param: null,
          code: "1300",
        },
      };
    case "issued":
      return {
        status: 429,
        retryAfterS,
        errorType: "rate_limit_exceeded",
        headers: after,
        error: { message: "API rate limit exceeded" },
      };
  }
}

/** A key whose day's or month's quota is spent; waiting a minute does not help. */
export function exhausted(
  provider: Provider,
  reading: Reading,
  model: string,
  waitMs: number,
  headers: Record<string, string>,
): Refusal {
  switch (provider) {
    case "openai":
      return {
        status: 429,
        errorType: "insufficient_quota",
        headers: {},
        error: {
          error: {
            message: "You exceeded your current quota, please check your plan and billing details.",
            type: "insufficient_quota",
            param: null,
            code: "insufficient_quota",
          },
        },
      };
    case "anthropic":
      return {
        status: 429,
        errorType: "rate_limit_error",
        headers: {},
        error: {
          type: "error",
          error: {
            type: "rate_limit_error",
            message: "You have reached your workspace's spend limit.",
            details: { error_code: "enforced_spend_limit_reached" },
          },
        },
      };
    case "gemini":
      // The real delay is misleadingly short, and is copied here: the quota id says that it lasts until midnight.
      return {
        status: 429,
        retryAfterS: 31,
        errorType: "RESOURCE_EXHAUSTED",
        headers: {},
        error: geminiQuota(reading, model, "GenerateRequestsPerDayPerProjectPerModel", 31),
      };
    case "mistral":
      return {
        status: 429,
        errorType: "rate_limited",
        headers: { ...headers, "x-ratelimit-remaining-tokens-month": "0" },
        error: {
          object: "error",
          message: "Monthly quota used up",
          type: "rate_limited",
          param: null,
          code: "1300",
        },
      };
    case "issued":
      return {
        status: 429,
        retryAfterS: seconds(waitMs),
        errorType: "quota_exceeded",
        headers: { ...headers, "retry-after": String(seconds(waitMs)) },
        error: {
          type: "https://iana.org/assignments/http-problem-types#quota-exceeded",
          title: "Request cannot be satisfied as assigned quota has been exceeded",
          "violated-policies": ["perday"],
        },
      };
  }
}

/** The provider, not the key, has no capacity. */
export function overloaded(provider: Provider): Refusal {
  switch (provider) {
    case "anthropic":
      return {
        status: 529,
        errorType: "overloaded_error",
        headers: {},
        error: { type: "error", error: { type: "overloaded_error", message: "Overloaded" } },
      };
    case "gemini":
      return {
        status: 503,
        errorType: "UNAVAILABLE",
        headers: {},
        error: { error: { code: 503, message: "The model is overloaded.", status: "UNAVAILABLE" } },
      };
    default:
      return {
        status: 503,
        errorType: "server_error",
        headers: {},
        error: {
          error: {
            message: "The server is currently overloaded with other requests.",
            type: "server_error",
            code: null,
          },
        },
      };
  }
}

/** A plain failure of the provider or of the request, or none at all (0: the connection timed out). */
export function failed(status: 0 | 400 | 500 | 502 | 504): Refusal {
  if (status === 0) return { status, errorType: "timeout", headers: {} };
  const type = status === 400 ? "invalid_request_error" : status === 504 ? "timeout" : "server_error";
  const message =
    status === 400 ? "Invalid value for a parameter." : "The provider failed to answer the request.";
  return { status, errorType: type, headers: {}, error: { error: { message, type } } };
}
