import { readSeconds } from "./parse";
import type { CodeTable, Rule } from "./verdict";

/** Azure OpenAI's own spellings; elsewhere it speaks OpenAI's language. */
export const AZURE_CODES: CodeTable = {
  insufficientquota: { outcome: "quota_exhausted", resets: "never" },
  quotaexceeded: { outcome: "quota_exhausted" },
  nocapacity: { outcome: "overloaded" },
  ratelimitreached: { outcome: "rate_limited" },
  toomanyrequests: { outcome: "rate_limited" },
};

const REPLENISHED = "quota will be replenished in ";

/** A rate limit's message may speak of a quota, too: of how to have it raised, at `aka.ms/oai/quotaincrease`. */
const SPENT = /\bquota\b/;

/**
 * Azure gives a used-up quota no code of its own, only a message. API Management in front of it even answers 403, as for a
 * bad key.
 */
export const azureRule: Rule = ({ facts: { message }, status, provider, now }) => {
  if (!message.includes("out of call volume quota") && !message.includes("out of bandwidth quota")) {
    const spent = provider === "azure" && status === 429 && SPENT.test(message);
    return spent && !message.includes("rate limit")
      ? { outcome: "quota_exhausted", family: "azure", code: "quota_message" }
      : null;
  }
  const at = message.indexOf(REPLENISHED);
  const waitS = at < 0 ? null : readSpanS(message.slice(at + REPLENISHED.length));
  const quotaResetAt = waitS === null ? undefined : now + waitS * 1_000;
  return { outcome: "quota_exhausted", family: "azure", code: "call_volume_quota", quotaResetAt };
};

/** A .NET time span at the start of the text, `02:22:39` or `5.03:23:11` (days first), in seconds. */
function readSpanS(text: string): number | null {
  const span = /^(?:(\d{1,3})\.)?(\d{2}):(\d{2}):(\d{2})/.exec(text);
  if (!span) return null;
  const [, days = "0", hours, minutes, seconds] = span;
  return readSeconds(Number(days) * 86_400 + Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds));
}
