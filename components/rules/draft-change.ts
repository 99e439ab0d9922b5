import { type MetricName, metric } from "@/lib/domain/usage/metric";
import { isQuotaDraft, type RuleDraft, type TierDraft } from "./draft";

const NO_TIER: TierDraft = { on: false, threshold: "", recovery: "" };
const NO_TIME = { amount: "", unit: "m" } as const;

/** The form of a new rule. `timeZone` is the viewer's. */
export function blankDraft(timeZone: string): RuleDraft {
  return {
    name: "",
    metric: "requests",
    each: "key",
    filters: { key: "", provider: "", pool: "", source: "", consumer: "", tag: "" },
    window: "5m",
    customWindow: { amount: "10", unit: "m" },
    timeZone,
    operator: ">=",
    thresholdUnit: "s",
    tiers: { warning: { ...NO_TIER, on: true }, critical: NO_TIER },
    for: NO_TIME,
    keepFiringFor: NO_TIME,
    minRequests: "",
    noData: "ok",
    repeat: true,
    repeatEvery: { amount: "24", unit: "h" },
    channels: [],
    escalation: [],
    flapping: { on: true, transitions: "6", window: { amount: "10", unit: "m" } },
    enabled: true,
  };
}

/** The draft with another metric: what made sense only for the former one goes. */
export function withMetric(draft: RuleDraft, name: MetricName): RuleDraft {
  const before = metric(draft.metric);
  const after = metric(name);
  const next: RuleDraft = { ...draft, metric: name };
  if (before.unit !== after.unit) {
    const emptied = (tier: TierDraft) => ({ ...tier, threshold: "", recovery: "" });
    next.tiers = { warning: emptied(draft.tiers.warning), critical: emptied(draft.tiers.critical) };
    next.thresholdUnit = after.unit === "s" ? "m" : "s";
  }
  if (runsDown(name) !== runsDown(draft.metric)) next.operator = runsDown(name) ? "<=" : ">=";
  if (after.kind === "limit") {
    if (draft.each === "consumer") next.each = "key";
    next.filters = { ...draft.filters, source: "", consumer: "", tag: "" };
  }
  if (!countsRequests(name)) next.minRequests = "";
  return withQuotaRepeat(draft, next);
}

/** Whether a metric is read over a window, whose requests may be too few to tell. */
export function countsRequests(name: MetricName): boolean {
  const { kind } = metric(name);
  return kind !== "limit" && kind !== "age";
}

export function withWindow(draft: RuleDraft, window: string): RuleDraft {
  return withQuotaRepeat(draft, { ...draft, window });
}

/** A quota stays used up until its period ends, so reminders of it are off unless asked for. */
function withQuotaRepeat(before: RuleDraft, after: RuleDraft): RuleDraft {
  if (isQuotaDraft(before) === isQuotaDraft(after)) return after;
  return { ...after, repeat: !isQuotaDraft(after) };
}

/** Whether a metric is bad when it is low. */
function runsDown(name: MetricName): boolean {
  return name === "seconds_to_exhaustion";
}

/** A name for a rule nobody has named yet: "Error rate of a key". */
export function suggestedName({ metric: name, each }: Pick<RuleDraft, "metric" | "each">): string {
  const { label } = metric(name);
  return each === "all" ? `${label} of everything` : `${label} of a ${each}`;
}
