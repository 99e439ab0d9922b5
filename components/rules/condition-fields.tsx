"use client";

import { cn } from "@/components/ui/cn";
import { Field, FieldGroup } from "@/components/ui/field";
import { NumberInput } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { Switch } from "@/components/ui/switch";
import type { Operator, Severity } from "@/lib/domain/alerting/rule";
import { METRICS, type MetricName, metric } from "@/lib/domain/usage/metric";
import { CUSTOM_WINDOW, type RuleDraft } from "./draft";
import { withMetric, withWindow } from "./draft-change";
import { DurationInput, UNIT_OPTIONS } from "./duration-input";
import type { PartProps } from "./form-context";
import { TimeZoneField } from "./time-zone-field";

const METRIC_HINTS: Partial<Record<MetricName, string>> = {
  errors: "Every outcome but success",
  throttled: "Rate limited or quota exhausted",
  total_tokens: "Input and output",
  distinct_ips: "Client addresses seen",
  limit_used: "Of the key's tightest limit",
  seconds_to_exhaustion: "At the current rate",
};
const METRIC_OPTIONS = METRICS.map(({ name, label }) => ({
  value: name,
  label,
  ...(METRIC_HINTS[name] === undefined ? {} : { hint: METRIC_HINTS[name] }),
}));

const EACH_OPTIONS = [
  { value: "key", label: "Each key" },
  { value: "pool", label: "Each pool" },
  { value: "provider", label: "Each provider" },
  { value: "consumer", label: "Each consumer" },
  { value: "all", label: "Everything together" },
] as const;

const WINDOW_OPTIONS = [
  { value: "1m", label: "Last 1 minute" },
  { value: "5m", label: "Last 5 minutes" },
  { value: "15m", label: "Last 15 minutes" },
  { value: "1h", label: "Last hour" },
  { value: "6h", label: "Last 6 hours" },
  { value: "24h", label: "Last 24 hours" },
  { value: "7d", label: "Last 7 days" },
  { value: "30d", label: "Last 30 days" },
  { value: "calendar_hour", label: "This hour", hint: "From the full hour, then from zero" },
  { value: "calendar_day", label: "Today", hint: "From midnight, then from zero" },
  { value: "calendar_month", label: "This month", hint: "From the 1st, then from zero" },
  { value: CUSTOM_WINDOW, label: "Custom length" },
];

const OPERATOR_OPTIONS: { value: Operator; label: string; hint: string }[] = [
  { value: ">=", label: "≥ at least", hint: "Fires on the threshold itself" },
  { value: ">", label: "> more than", hint: "Does not fire on the threshold itself" },
  { value: "<=", label: "≤ at most", hint: "Fires on the threshold itself" },
  { value: "<", label: "< less than", hint: "Does not fire on the threshold itself" },
];

/** What is measured, of whom, over which time. */
export function WatchFields({ draft, set, issue }: PartProps) {
  const { kind } = metric(draft.metric);
  const hasWindow = kind !== "limit" && kind !== "age";
  return (
    <div className="grid gap-4 sm:grid-cols-3">
      <Field label="Metric">
        <Select
          options={METRIC_OPTIONS}
          value={draft.metric}
          onChange={(name) => set(withMetric(draft, name))}
        />
      </Field>
      <Field label="Of" error={issue("scope.each")}>
        <Select
          options={EACH_OPTIONS.map((option) => ({
            ...option,
            disabled: kind === "limit" && option.value === "consumer",
          }))}
          value={draft.each}
          onChange={(each) => set({ each })}
        />
      </Field>
      {hasWindow ? (
        <Field label="Within" error={draft.window === CUSTOM_WINDOW ? undefined : issue("window")}>
          <Select
            options={WINDOW_OPTIONS}
            value={draft.window}
            onChange={(window) => set(withWindow(draft, window))}
          />
        </Field>
      ) : (
        <p className="self-end pb-1.5 text-fg-3 text-xs">
          {kind === "limit" ? "Over the windows of the key's own limits" : "At any moment"}
        </p>
      )}
      {hasWindow && draft.window === CUSTOM_WINDOW && (
        <Field label="Length" hint="10 seconds to 31 days" error={issue("window")} className="sm:col-start-3">
          <DurationInput
            label="Length of the window"
            value={draft.customWindow}
            onChange={(customWindow) => set({ customWindow })}
          />
        </Field>
      )}
      {hasWindow && draft.window.startsWith("calendar_") && (
        <div className="sm:col-start-3">
          <TimeZoneField
            value={draft.timeZone}
            onChange={(timeZone) => set({ timeZone })}
            error={issue("time_zone")}
          />
        </div>
      )}
    </div>
  );
}

/** The comparison and the threshold of each tier. */
export function ThresholdFields({ draft, set, issue }: PartProps) {
  const isSpan = metric(draft.metric).unit === "s";
  return (
    <FieldGroup legend="Fires when the value is">
      <div className={cn("grid gap-4", isSpan ? "sm:grid-cols-2 xl:grid-cols-4" : "sm:grid-cols-3")}>
        <Field label="Comparison" error={issue("operator")}>
          <Select
            options={OPERATOR_OPTIONS}
            value={draft.operator}
            onChange={(operator) => set({ operator })}
          />
        </Field>
        {isSpan && (
          <Field label="In">
            <Select
              options={UNIT_OPTIONS}
              value={draft.thresholdUnit}
              onChange={(thresholdUnit) => set({ thresholdUnit })}
            />
          </Field>
        )}
        <Tier severity="warning" draft={draft} set={set} issue={issue} />
        <Tier severity="critical" draft={draft} set={set} issue={issue} />
      </div>
      {issue("tiers") && (
        <p role="alert" className="text-exhausted-text text-xs">
          {issue("tiers")}
        </p>
      )}
    </FieldGroup>
  );
}

function Tier({ severity, draft, set, issue }: PartProps & { severity: Severity }) {
  const tier = draft.tiers[severity];
  const change = (changes: Partial<typeof tier>) =>
    set({ tiers: { ...draft.tiers, [severity]: { ...tier, ...changes } } });
  const word = severity === "warning" ? "Warning" : "Critical";
  return (
    <div className="relative">
      <Field
        label={
          <>
            {word}
            <span className="sr-only"> threshold</span>
          </>
        }
        error={issue(`${severity}.threshold`)}
      >
        <NumberInput
          min={0}
          unit={unitOf(draft)}
          placeholder={tier.on ? undefined : "Off"}
          value={tier.on ? tier.threshold : ""}
          onChange={(event) => change({ threshold: event.target.value, on: true })}
        />
      </Field>
      <Switch
        label={`${word} tier`}
        hideLabel
        className="absolute top-0 right-0 pointer-coarse:-top-2"
        checked={tier.on}
        onCheckedChange={(on) => change({ on })}
      />
    </div>
  );
}

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
