import type { Outcome } from "../usage/outcome";

/** One limit as an event's own `ratelimit` field states it; `reset_s` is seconds from the event's time. */
export interface StatedLimit {
  name: string;
  limit?: number | null;
  remaining?: number | null;
  reset_s?: number | null;
}

/** What an event carries about its provider's answer. Everything here is untrusted. */
export interface SignalInput {
  provider?: string | null;
  /** HTTP status; 0 when there was no response, null when it is not known. */
  status: number | null;
  responseHeaders?: Readonly<Record<string, string | readonly string[] | undefined>> | null;
  /** The provider's error body: an object, JSON text, or plain text that may contain JSON. */
  error?: unknown;
  errorType?: string | null;
  /** Seconds, as the gateway stated them. */
  retryAfterS?: number | null;
  ratelimit?: readonly StatedLimit[] | null;
}

/** One limit of the key as last advertised. `window` is its length (`1m`, `1d`, `31d`), null when unknown; `resetAt` is epoch ms. */
export interface SignalLimit {
  name: string;
  window: string | null;
  limit: number | null;
  remaining: number | null;
  resetAt: number | null;
}

/** What the answer means for the key. */
export interface Signals {
  outcome: Outcome;
  /** Seconds until another try makes sense, 0 or more; null when nothing was said or waiting is not the remedy. */
  retryAfterS: number | null;
  /** Epoch ms at which an exhausted quota ends; null when it is not known or the outcome is another. */
  quotaResetAt: number | null;
  limits: readonly SignalLimit[];
  /** A code from a closed vocabulary, such as `openai.insufficient_quota`; null for a plain success. Never the provider's text. */
  reason: string | null;
}
