import { type Outcome, outcomeOfStatus } from "../usage/outcome";
import { type ErrorFacts, proseDelayS, readError } from "./error";
import { noteGeminiLimits } from "./gemini";
import { type HeaderFacts, limitNamed, readHeaders } from "./headers";
import { judgeError, judgeLimits } from "./judge";
import { type LimitTable, lastReset, noteWholeLimit, safeLimitName, spentLimits } from "./limits";
import { openaiWindow } from "./openai";
import { readCount, readReset, readSeconds } from "./parse";
import type { SignalInput, SignalLimit, Signals } from "./types";
import { type Circumstances, type Family, familyOf, type Verdict } from "./verdict";

const NO_HEADERS: HeaderFacts = { retryAfterS: null, amazonErrorType: null };
const NO_FACTS: ErrorFacts = { codes: [], message: "", status: null, quotas: [], retryDelayS: null };
const NO_LIMITS: readonly SignalLimit[] = Object.freeze([]);
const MAX_STATED = 32;

/**
 * Understands what a provider said about the key: the outcome, how long to wait, when a spent quota returns, and the
 * limits it advertised. `now` is the event's time in epoch ms; every relative delay counts from it.
 *
 * The provider's error code decides first, spent limits second, the status last. The input may be anything at all:
 * what cannot be understood is ignored, and nothing throws.
 */
export function readSignals(input: SignalInput, now: number): Signals {
  const { responseHeaders, error, errorType, ratelimit, retryAfterS } = input;
  const status = readStatus(input.status);
  if (!responseHeaders && !error && !errorType && !ratelimit && typeof retryAfterS !== "number") {
    const outcome = outcomeOfStatus(status);
    return {
      outcome,
      retryAfterS: null,
      quotaResetAt: null,
      limits: NO_LIMITS,
      reason: statusReason(outcome, status),
    };
  }

  const provider = familyOf(input.provider);
  const table: LimitTable = new Map();
  const headers = isObject(responseHeaders) ? readHeaders(responseHeaders, table, now) : NO_HEADERS;
  if (Array.isArray(ratelimit)) noteStated(table, ratelimit, provider, now);

  const facts =
    error || errorType || headers.amazonErrorType !== null
      ? readError(error, [headers.amazonErrorType, errorType])
      : NO_FACTS;
  // A gateway that answers 200 and puts the real status into the body means the latter.
  const named = status === null || (status >= 100 && status < 400) ? facts.status : null;
  const circumstances: Circumstances = { facts, status: named ?? status, provider, limits: [], now };
  if (facts.quotas.length > 0) noteGeminiLimits(table, circumstances);
  const limits = table.size === 0 ? NO_LIMITS : [...table.values()];
  circumstances.limits = limits;

  const verdict = judgeError(circumstances) ?? judgeLimits(circumstances);
  const outcome = verdict?.outcome ?? outcomeOfStatus(circumstances.status);
  const statedWaitS = readSeconds(retryAfterS) ?? headers.retryAfterS;
  return {
    outcome,
    retryAfterS: waitS(outcome, statedWaitS, verdict, facts, limits, now),
    quotaResetAt: outcome === "quota_exhausted" ? quotaReset(statedWaitS, verdict, limits, now) : null,
    limits,
    reason:
      verdict === null
        ? statusReason(outcome, circumstances.status)
        : reasonOf(verdict, input.provider, provider),
  };
}

/** Only outcomes that pass by themselves have a wait; a quota's end is `quotaResetAt`. */
function waitS(
  outcome: Outcome,
  statedS: number | null,
  verdict: Verdict | null,
  facts: ErrorFacts,
  limits: readonly SignalLimit[],
  now: number,
): number | null {
  if (outcome !== "rate_limited" && outcome !== "overloaded" && outcome !== "server_error") return null;
  const saidS = statedS ?? verdict?.retryAfterS ?? (facts.message === "" ? null : proseDelayS(facts.message));
  if (saidS !== null || outcome !== "rate_limited") return saidS;
  const resetAt = lastReset(spentLimits(limits));
  return resetAt === null ? null : readSeconds((resetAt - now) / 1_000);
}

function quotaReset(
  statedS: number | null,
  verdict: Verdict | null,
  limits: readonly SignalLimit[],
  now: number,
): number | null {
  if (verdict?.quotaResetAt !== undefined) return verdict.quotaResetAt;
  return statedS === null ? lastReset(spentLimits(limits)) : now + Math.round(statedS * 1_000);
}

/** Adds the limits that the event itself states; one without a window belongs to the header limit of its name, if any. */
function noteStated(
  table: LimitTable,
  stated: readonly unknown[],
  provider: Family | null,
  now: number,
): void {
  const advertised = [...table.values()];
  for (const item of stated.slice(0, MAX_STATED)) {
    if (!isObject(item)) continue;
    const { name: rawName, limit, remaining, reset_s } = item as Record<string, unknown>;
    const known = typeof rawName === "string" ? limitNamed(rawName) : null;
    const name = known?.name ?? safeLimitName(rawName);
    if (name === null) continue;
    const seconds = readSeconds(reset_s);
    const found: SignalLimit = {
      name,
      window: known?.window ?? null,
      limit: readCount(limit),
      remaining: readCount(remaining),
      resetAt: seconds === null ? null : readReset(seconds, now),
    };
    if (found.window === null) {
      const same = advertised.find((other) => other.name === name);
      found.window = same === undefined ? windowOf(found, provider, now) : same.window;
    }
    noteWholeLimit(table, found);
  }
}

function windowOf(limit: SignalLimit, provider: Family | null, now: number): string | null {
  if (provider === "anthropic") return "1m";
  return provider === "openai" || provider === "azure" ? openaiWindow(limit, now) : null;
}

/** `openai.insufficient_quota`; the prefix is the event's own provider where that is known, and never another's. */
function reasonOf({ family, code }: Verdict, named: unknown, provider: Family | null): string {
  if (provider !== null) return `${provider}.${code}`;
  const prefix = typeof named === "string" && named !== "" ? null : family;
  return prefix === null ? code : `${prefix}.${code}`;
}

function statusReason(outcome: Outcome, status: number | null): string | null {
  if (outcome === "success") return null;
  return status === 0 ? "no_response" : `http.${status}`;
}

function readStatus(status: unknown): number | null {
  return typeof status === "number" && Number.isInteger(status) && status >= 0 && status <= 999
    ? status
    : null;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
