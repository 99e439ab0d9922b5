import type { CodeTable } from "./verdict";

/** Words that several providers, gateways and SDKs share; recognised whoever sends them. */
export const SHARED_CODES: CodeTable = {
  quota_exceeded: { outcome: "quota_exhausted" },
  quota_exhausted: { outcome: "quota_exhausted" },
  insufficient_credits: { outcome: "quota_exhausted", resets: "never" },
  budget_exceeded: { outcome: "quota_exhausted", resets: "never" },
  budgetexceedederror: { outcome: "quota_exhausted", resets: "never" },
  unauthorized: { outcome: "unauthorized" },
  authenticationerror: { outcome: "unauthorized" },
  permissiondeniederror: { outcome: "unauthorized" },
  overloaded: { outcome: "overloaded" },
  serviceunavailableerror: { outcome: "overloaded" },
  timeout: { outcome: "timeout" },
  apitimeouterror: { outcome: "timeout" },
  throttled: { outcome: "rate_limited" },
  too_many_requests: { outcome: "rate_limited" },
  ratelimiterror: { outcome: "rate_limited" },
  internalservererror: { outcome: "server_error", weak: true },
  badrequesterror: { outcome: "client_error", weak: true },
  contextwindowexceedederror: { outcome: "client_error", weak: true },
  contentpolicyviolationerror: { outcome: "client_error", weak: true },
};
