import { metric } from "@/lib/domain/usage/metric";
import type { RuleDraft } from "./draft";
import { UNIT_OPTIONS } from "./duration-input";

/** What stands behind a threshold's number. */
export function unitOf(draft: Pick<RuleDraft, "metric" | "thresholdUnit">): string {
  const { unit, label } = metric(draft.metric);
  switch (unit) {
    case "fraction":
      return "%";
    case "usd":
      return "US $";
    case "ms":
      return "ms";
    case "s":
      return UNIT_OPTIONS.find(({ value }) => value === draft.thresholdUnit)?.label ?? "seconds";
    case "tokens":
      return "tokens";
    case "count":
      return draft.metric === "distinct_ips" ? "addresses" : label.toLowerCase();
  }
}
