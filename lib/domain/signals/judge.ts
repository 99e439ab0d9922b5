import { type Outcome, outcomeOfStatus } from "../usage/outcome";
import { nextPeriod } from "../usage/zone";
import { ANTHROPIC_CODES, anthropicRule } from "./anthropic";
import { AZURE_CODES, azureRule } from "./azure";
import { BEDROCK_CODES, bedrockRule } from "./bedrock";
import { SHARED_CODES } from "./gateway";
import { GEMINI_CODES, geminiRule } from "./gemini";
import { IETF_CODES } from "./ietf";
import { lastReset, spentLimits } from "./limits";
import { MISTRAL_CODES, mistralRule } from "./mistral";
import { OPENAI_CODES, openaiRule } from "./openai";
import type { Circumstances, CodeMeaning, CodeTable, Family, Rule, Verdict } from "./verdict";

/** When a body carries several codes, the one that says most about the key wins: a spent quota behind a rate limit. */
const WEIGHT: Readonly<Record<Outcome, number>> = {
  quota_exhausted: 7,
  unauthorized: 6,
  overloaded: 5,
  timeout: 4,
  rate_limited: 3,
  server_error: 2,
  client_error: 1,
  success: 0,
};

/** A spent limit whose window or reset is longer than this is a quota, not a pause. */
const PAUSE_MS = 3_600_000;
const LONG_WINDOW = /^\d+d$/;

const RULES: readonly Rule[] = [openaiRule, anthropicRule, geminiRule, mistralRule, azureRule, bedrockRule];

const CODES: ReadonlyMap<string, CodeMeaning & { family: Family | null }> = new Map([
  ...owned("openai", OPENAI_CODES),
  ...owned("anthropic", ANTHROPIC_CODES),
  ...owned("gemini", GEMINI_CODES),
  ...owned("mistral", MISTRAL_CODES),
  ...owned("azure", AZURE_CODES),
  ...owned("bedrock", BEDROCK_CODES),
  ...owned(null, IETF_CODES),
  ...owned(null, SHARED_CODES),
]);

/** What the provider's own words in the body mean; null when none of them is known. */
export function judgeError(circumstances: Circumstances): Verdict | null {
  let best: Verdict | null = null;
  for (const rule of RULES) best = weightier(best, rule(circumstances));
  const statusIsNoError = outcomeOfStatus(circumstances.status) === "success";
  for (const code of circumstances.facts.codes) {
    const meaning = CODES.get(code);
    if (meaning === undefined || (meaning.weak && !statusIsNoError)) continue;
    best = weightier(best, {
      outcome: meaning.outcome,
      family: meaning.family,
      code,
      quotaResetAt: resetOf(meaning, circumstances.now),
    });
  }
  return best;
}

/**
 * What spent limits mean when no code is known: a 429 with nothing left of a day's or a month's allowance is a used-up
 * quota, as is a limit of zero; a 403 with nothing left is a limit rather than a bad key. Null when the limits explain nothing.
 */
export function judgeLimits({ limits, status, now }: Omit<Circumstances, "facts">): Verdict | null {
  if (status !== 429 && status !== 403) return null;
  const spent = spentLimits(limits);
  if (spent.length === 0) return null;
  const long = spent.filter(
    ({ limit, window, resetAt }) =>
      limit === 0 ||
      (window !== null && LONG_WINDOW.test(window)) ||
      (resetAt !== null && resetAt - now > PAUSE_MS),
  );
  if (long.length === 0) return { outcome: "rate_limited", family: null, code: "limit_spent" };
  // The reset of the spent quota, not of a minute's limit beside it; without one, what Retry-After says.
  const quotaResetAt = long.some(({ limit }) => limit === 0) ? null : (lastReset(long) ?? undefined);
  return { outcome: "quota_exhausted", family: null, code: "limit_spent", quotaResetAt };
}

function weightier(best: Verdict | null, verdict: Verdict | null): Verdict | null {
  if (verdict === null) return best;
  return best === null || WEIGHT[verdict.outcome] > WEIGHT[best.outcome] ? verdict : best;
}

function resetOf({ resets }: CodeMeaning, now: number): number | null | undefined {
  if (resets === "month") return nextPeriod("month", "UTC", now);
  return resets === "never" ? null : undefined;
}

function owned(
  family: Family | null,
  table: CodeTable,
): Array<[string, CodeMeaning & { family: Family | null }]> {
  return Object.entries(table).map(([code, meaning]) => [code, { ...meaning, family }]);
}
