import type { RuleDraft } from "./draft";
import { blankDraft, withMetric } from "./draft-change";

type Template = {
  slug: string;
  title: string;
  hint: string;
  fill: (draft: RuleDraft) => RuleDraft;
};

const tier = (threshold: string, recovery = "") => ({ on: true, threshold, recovery });

/** Starting points for rules that most installations want. */
export const TEMPLATES: readonly Template[] = [
  {
    slug: "limit",
    title: "Limit nearly used",
    hint: "80 % and 95 % of a key's tightest limit",
    fill: (draft) => ({
      ...withMetric(draft, "limit_used"),
      name: "Limit nearly used",
      tiers: { warning: tier("80", "75"), critical: tier("95", "90") },
    }),
  },
  {
    slug: "exhaustion",
    title: "Runs dry soon",
    hint: "An hour and ten minutes ahead, at the current rate",
    fill: (draft) => ({
      ...withMetric(draft, "seconds_to_exhaustion"),
      name: "Key runs dry soon",
      tiers: { warning: tier("60"), critical: tier("10") },
    }),
  },
  {
    slug: "errors",
    title: "Error rate",
    hint: "10 % and 50 % of the requests of 5 minutes fail",
    fill: (draft) => ({
      ...withMetric(draft, "error_rate"),
      name: "Too many errors",
      tiers: { warning: tier("10", "5"), critical: tier("50", "40") },
      minRequests: "20",
    }),
  },
  {
    slug: "throttling",
    title: "Throttling",
    hint: "5 % of the requests of 5 minutes are refused for their rate or quota",
    fill: (draft) => ({
      ...withMetric(draft, "throttle_rate"),
      name: "Key is throttled",
      tiers: { warning: tier("5", "2"), critical: tier("30", "20") },
      minRequests: "20",
    }),
  },
  {
    slug: "latency",
    title: "Slow answers",
    hint: "p95 latency above 5 s for 5 minutes",
    fill: (draft) => ({
      ...withMetric(draft, "latency_p95"),
      name: "Slow answers",
      operator: ">",
      tiers: { ...draft.tiers, warning: tier("5000", "4000") },
      for: { amount: "5", unit: "m" },
      minRequests: "20",
    }),
  },
  {
    slug: "cost",
    title: "Cost of a day",
    hint: "$ 80 and $ 100 a calendar day, told once each",
    fill: (draft) => ({
      ...withMetric(draft, "cost_usd"),
      name: "Cost of a day",
      each: "all",
      window: "calendar_day",
      repeat: false,
      tiers: { warning: tier("80"), critical: tier("100") },
    }),
  },
  {
    slug: "attack",
    title: "Shared or stolen key",
    hint: "A key is used from more than 20 addresses in an hour",
    fill: (draft) => ({
      ...withMetric(draft, "distinct_ips"),
      name: "Key used from many addresses",
      window: "1h",
      operator: ">",
      tiers: { warning: tier("20"), critical: tier("100") },
    }),
  },
  {
    slug: "pool",
    title: "Pool nearly dry",
    hint: "90 % of a limit of a pool's keys is used",
    fill: (draft) => ({
      ...withMetric(draft, "limit_used"),
      name: "Pool nearly dry",
      each: "pool",
      tiers: { ...draft.tiers, warning: tier("90", "80") },
    }),
  },
  {
    slug: "silence",
    title: "No events",
    hint: "Nothing has arrived for 15 minutes, from any source",
    fill: (draft) => ({
      ...withMetric(draft, "seconds_since_last_event"),
      name: "No events",
      each: "all",
      tiers: { ...draft.tiers, warning: tier("15") },
    }),
  },
];

/** The draft a link leads to: a template by its slug, a scope by its query. */
export function draftFrom(query: { template?: string; key?: string; provider?: string }, timeZone: string) {
  const blank = blankDraft(timeZone);
  const template = TEMPLATES.find(({ slug }) => slug === query.template);
  const draft = template === undefined ? blank : template.fill(blank);
  const key = /^[1-9]\d{0,15}$/.test(query.key ?? "") ? (query.key ?? "") : "";
  return {
    ...draft,
    each: key === "" ? draft.each : ("key" as const),
    filters: { ...draft.filters, key, provider: query.provider ?? "" },
  };
}
