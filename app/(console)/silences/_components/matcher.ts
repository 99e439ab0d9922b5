import type { SilenceMatcher } from "@/lib/domain/alerting/silence";
import { scopeNames } from "@/lib/features/rules/scope-options";
import { MATCHER_FIELDS, type MatcherField } from "./silence-href";

/** What a silence matches, each part as people call it; empty for everything. */
export type MatcherPart = { field: MatcherField | "keys"; name: string; href: string | null };

/** The parts of each matcher, in the same order. `rules` are the names of rules by id. */
export async function matcherParts(
  matchers: readonly SilenceMatcher[],
  rules: ReadonlyMap<string, string>,
): Promise<MatcherPart[][]> {
  const names = await scopeNames(matchers.map(({ key, pool }) => ({ each: "key" as const, key, pool })));
  return matchers.map((matcher, index) => [
    ...(matcher.keys === undefined
      ? []
      : [{ field: "keys" as const, name: `${matcher.keys.length} chosen`, href: null }]),
    ...MATCHER_FIELDS.flatMap((field): MatcherPart[] => {
      const value = matcher[field];
      if (value === undefined) return [];
      if (field === "key") return [{ field, name: names[index]?.key ?? value, href: `/keys/${value}` }];
      if (field === "pool") return [{ field, name: names[index]?.pool ?? value, href: null }];
      if (field === "rule") return [{ field, name: rules.get(value) ?? value, href: `/rules/${value}` }];
      return [{ field, name: value, href: null }];
    }),
  ]);
}
