"use client";

import { AreaChart, ChartColumnStacked, ChartLine, Table2 } from "lucide-react";
import { GROUP_LABELS } from "@/components/explore/words";
import { MultiCombobox } from "@/components/ui/combobox";
import { Field } from "@/components/ui/field";
import { Segmented } from "@/components/ui/radio-group";
import { Select } from "@/components/ui/select";
import { isStackable } from "@/lib/domain/charts/exploration";
import { type Exploration, type SeriesMetric, stepsFor, unitOf } from "@/lib/domain/charts/exploration-query";
import { metric } from "@/lib/domain/usage/metric";
import { GROUP_BY, type GroupBy, SERIES_METRICS } from "@/lib/domain/usage/query";
import { STEP_MS } from "@/lib/domain/usage/steps";
import { formatMs } from "@/lib/format";

const NONE = "none";
const AUTO = "auto";

const KINDS = [
  { value: "line", label: "Lines", icon: <ChartLine aria-hidden /> },
  { value: "area", label: "Areas", icon: <AreaChart aria-hidden /> },
  { value: "bar", label: "Bars", icon: <ChartColumnStacked aria-hidden /> },
  { value: "table", label: "Table", icon: <Table2 aria-hidden /> },
] as const;

/** Which metrics, told apart by what, how finely and how drawn. */
export function Controls({
  exploration: { metrics, groupBy, step, kind },
  onChange,
}: {
  exploration: Exploration;
  onChange: (part: Partial<Exploration>) => void;
}) {
  const stackable = isStackable(metrics, groupBy !== null);
  const groups = groupsFor(metrics);

  function choose(names: readonly string[]) {
    const chosen = names as SeriesMetric[];
    const latest = chosen.at(-1);
    if (latest === undefined) return;
    // Values of two units have no axis in common: the one chosen last counts.
    const next = chosen.filter((name) => unitOf([name]) === unitOf([latest]));
    const keeps = groupBy === null || groupsFor(next).includes(groupBy);
    onChange({ metrics: next, groupBy: keeps ? groupBy : null });
  }

  return (
    <div className="flex flex-wrap items-end gap-x-3 gap-y-2.5">
      <Field label="Metrics" className="min-w-56 grow basis-64">
        <MultiCombobox
          options={SERIES_METRICS.map((name) => ({ value: name, label: metric(name).label }))}
          value={metrics}
          onChange={choose}
        />
      </Field>
      <Field label="Group by" className="w-40 max-sm:w-auto max-sm:grow">
        <Select<GroupBy | typeof NONE>
          value={groupBy ?? NONE}
          onChange={(next) => {
            const group = next === NONE ? null : next;
            const kept = step === null || stepsFor(group).includes(step) ? step : null;
            onChange({ groupBy: group, step: kept });
          }}
          options={[
            { value: NONE, label: "Nothing" },
            ...GROUP_BY.map((value) => ({
              value,
              label: GROUP_LABELS[value],
              disabled: !groups.includes(value),
            })),
          ]}
        />
      </Field>
      <Field label="Step" className="w-28 max-sm:w-auto max-sm:grow">
        <Select
          value={step ?? AUTO}
          onChange={(next) => onChange({ step: stepsFor(groupBy).find((one) => one === next) ?? null })}
          options={[
            { value: AUTO, label: "Automatic" },
            ...stepsFor(groupBy).map((value) => ({ value, label: formatMs(STEP_MS[value]) })),
          ]}
        />
      </Field>
      <div className="max-sm:w-full">
        <p className="mb-1.5 font-medium">Shown as</p>
        <Segmented
          aria-label="Shown as"
          value={kind}
          onChange={(next) => onChange({ kind: next })}
          className="[&_button]:max-sm:grow max-sm:w-full [&_button]:justify-center"
          options={KINDS.map((option) => ({
            ...option,
            disabled: (option.value === "area" || option.value === "bar") && !stackable,
          }))}
        />
      </div>
      {!stackable && (
        <p className="w-full text-fg-3 text-xs">
          These values do not add up to a whole, so they can be drawn as lines only.
        </p>
      )}
    </div>
  );
}

/** Addresses are not counted by what belongs to a key. */
const groupsFor = (metrics: readonly SeriesMetric[]): readonly GroupBy[] =>
  metrics.includes("distinct_ips") ? ["model", "route", "status", "outcome"] : GROUP_BY;
