import { OUTCOME_LOOK } from "@/lib/domain/charts/series-look";
import { isOutcome } from "@/lib/domain/usage/outcome";
import type { GroupBy } from "@/lib/domain/usage/query";
import { runtime } from "@/lib/runtime";

type Labels = Map<string | null, string>;

/** What people call the groups of a series. Keys by name, or hint; of one name with the hint behind it. */
export async function groupLabels(
  groupBy: GroupBy | null,
  groups: readonly (string | null)[],
): Promise<Labels> {
  const labels: Labels = new Map(groups.map((group) => [group, group ?? "(none)"]));
  const present = groups.filter((group): group is string => group !== null);
  const { pool } = runtime().db;
  if (groupBy === "key" && present.length > 0) {
    const { rows } = await pool.query<{ id: string; name: string | null; hint: string }>(
      "SELECT id::text, name, hint FROM api_key WHERE id = ANY($1::int8[])",
      [present],
    );
    const names = rows.map(({ name, hint }) => name ?? hint);
    const isTwin = (label: string) => names.indexOf(label) !== names.lastIndexOf(label);
    for (const { id, name, hint } of rows) {
      const label = name ?? hint;
      labels.set(id, name !== null && isTwin(label) ? `${name} · ${hint}` : label);
    }
  }
  if (groupBy === "source" && present.length > 0) {
    const { rows } = await pool.query<{ id: string; name: string }>(
      "SELECT id::text, name FROM source WHERE id = ANY($1::int4[])",
      [present],
    );
    for (const { id, name } of rows) labels.set(id, name);
  }
  for (const group of present) {
    if (groupBy === "status" && group === "0") labels.set(group, "No answer");
    if (groupBy === "outcome" && isOutcome(group)) labels.set(group, OUTCOME_LOOK[group].label);
  }
  return labels;
}
