import type { Option } from "@/components/ui/select";
import type { RuleDraft, ScopeFilter } from "./draft";

/** What every part of the form gets: the draft, how to change it, and what is wrong with a field. */
export type PartProps = {
  draft: RuleDraft;
  set: (changes: Partial<RuleDraft>) => void;
  issue: (field: string) => string | undefined;
};

/** What there is to choose from. */
export type RuleChoices = {
  scope: Record<Exclude<ScopeFilter, "tag">, readonly Option[]>;
  channels: readonly Option[];
};
