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

/** API Management in front of it answers 403 for a used-up quota, which only the message tells from a bad key. */
export const azureRule: Rule = ({ facts: { message }, now }) => {
  if (!message.includes("out of call volume quota") && !message.includes("out of bandwidth quota"))
    return null;
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
