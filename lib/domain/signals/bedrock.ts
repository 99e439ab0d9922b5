import type { CodeTable, Rule } from "./verdict";

/** Exception names as they stand in `x-amzn-errortype`, `__type` or an SDK's message. */
export const BEDROCK_CODES: CodeTable = {
  servicequotaexceededexception: { outcome: "quota_exhausted", resets: "never" },
  limitexceededexception: { outcome: "quota_exhausted", resets: "never" },
  accessdeniedexception: { outcome: "unauthorized" },
  unrecognizedclientexception: { outcome: "unauthorized" },
  expiredtokenexception: { outcome: "unauthorized" },
  invalidsignatureexception: { outcome: "unauthorized" },
  serviceunavailableexception: { outcome: "overloaded" },
  // The model is still being loaded; AWS sends it as 429, but the key has done nothing.
  modelnotreadyexception: { outcome: "overloaded" },
  modeltimeoutexception: { outcome: "timeout" },
  throttlingexception: { outcome: "rate_limited" },
  toomanyrequestsexception: { outcome: "rate_limited" },
  // Sent as 424: the model failed, not the caller.
  modelerrorexception: { outcome: "server_error" },
  modelstreamerrorexception: { outcome: "server_error" },
  internalserverexception: { outcome: "server_error", weak: true },
  validationexception: { outcome: "client_error", weak: true },
  resourcenotfoundexception: { outcome: "client_error", weak: true },
};

/** A day's tokens used up comes as the same ThrottlingException as a busy second; AWS does not say when the day ends. */
export const bedrockRule: Rule = ({ facts, provider }) => {
  const throttled = facts.codes.includes("throttlingexception") || provider === "bedrock";
  return throttled && facts.message.includes("too many tokens per day")
    ? { outcome: "quota_exhausted", family: "bedrock", code: "tokens_per_day", quotaResetAt: null }
    : null;
};
