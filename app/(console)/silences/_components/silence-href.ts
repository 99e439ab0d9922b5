import type { SilenceMatcher } from "@/lib/domain/alerting/silence";

export const MATCHER_FIELDS = ["key", "provider", "pool", "rule", "severity"] as const;
export type MatcherField = (typeof MATCHER_FIELDS)[number];

/** The address of the form, filled in. */
export function newSilenceHref(matcher: SilenceMatcher, comment = ""): string {
  const params = new URLSearchParams();
  for (const field of MATCHER_FIELDS) if (matcher[field] !== undefined) params.set(field, matcher[field]);
  if (matcher.keys !== undefined) params.set("keys", matcher.keys.join());
  if (comment !== "") params.set("comment", comment);
  return params.size === 0 ? "/silences/new" : `/silences/new?${params}`;
}
