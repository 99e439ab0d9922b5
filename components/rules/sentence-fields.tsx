"use client";

import { Field } from "@/components/ui/field";
import { NumberInput } from "@/components/ui/input";
import { type Option, Select } from "@/components/ui/select";
import { Switch } from "@/components/ui/switch";
import type { ScopeEach, Severity } from "@/lib/domain/alerting/rule";
import { METRICS, type MetricName, metric } from "@/lib/domain/usage/metric";
import { formatPercent } from "@/lib/format";
import { amountOf, CUSTOM_WINDOW, type RuleDraft } from "./draft";
import { withMetric, withWindow } from "./draft-change";
import { DurationInput, UNIT_OPTIONS } from "./duration-input";
import type { PartProps, RuleChoices } from "./form-context";
import { TimeZoneField } from "./time-zone-field";
import { unitOf } from "./unit";

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
  // Within the sentence.
  label: label.charAt(0).toLowerCase() + label.slice(1),
  ...(METRIC_HINTS[name] === undefined ? {} : { hint: METRIC_HINTS[name] }),
}));

const EACH_OPTIONS: { value: ScopeEach; label: string; hint?: string }[] = [
  { value: "key", label: "any key" },
  { value: "pool", label: "any pool", hint: "The keys of a pool together" },
  { value: "provider", label: "any provider", hint: "All of its keys together" },
  { value: "consumer", label: "any consumer", hint: "A team, user or app, over all keys" },
  { value: "all", label: "everything together", hint: "One value over all keys" },
];

const ANY = "*";

const WINDOW_OPTIONS = [
  { value: "1m", label: "the last minute" },
  { value: "5m", label: "the last 5 minutes" },
  { value: "15m", label: "the last 15 minutes" },
  { value: "1h", label: "the last hour" },
  { value: "6h", label: "the last 6 hours" },
  { value: "24h", label: "the last 24 hours" },
  { value: "7d", label: "the last 7 days" },
  { value: "30d", label: "the last 30 days" },
  { value: "calendar_hour", label: "this hour", hint: "From the full hour, then from zero" },
  { value: "calendar_day", label: "today", hint: "From midnight, then from zero" },
  { value: "calendar_month", label: "this month", hint: "From the 1st, then from zero" },
  { value: CUSTOM_WINDOW, label: "a custom length" },
];

const OPERATOR_OPTIONS = [
  { value: ">=", label: "at least", hint: "≥ fires on the threshold itself" },
  { value: ">", label: "more than", hint: "> does not fire on the threshold itself" },
  { value: "<=", label: "at most", hint: "≤ fires on the threshold itself" },
  { value: "<", label: "less than", hint: "< does not fire on the threshold itself" },
] as const;

/** The rule as a sentence: whom, what, over which time, and from where on. */
export function SentenceFields({
  draft,
  set,
  issue,
  choices,
}: PartProps & { choices: RuleChoices["scope"] }) {
  const { kind, unit } = metric(draft.metric);
  const hasWindow = kind !== "limit" && kind !== "age";
  const word = (text: string) => <span className="py-1 text-fg-2">{text}</span>;
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-start gap-x-2 gap-y-2.5 text-base">
        {word("Warn me when")}
        <Inline label="Of" error={issue("scope.each")}>
          <Select
            className="w-auto font-medium"
            options={EACH_OPTIONS.map((option) => ({
              ...option,
              disabled: kind === "limit" && option.value === "consumer",
            }))}
            value={draft.each}
            onChange={(each) => set({ each })}
          />
        </Inline>
        {draft.each !== "provider" && (
          <>
            {word("of")}
            <Inline label="Provider" error={issue("scope.provider")}>
              <Select
                className="w-auto max-w-56 font-medium"
                options={providerOptions(choices.provider, draft.filters.provider)}
                value={draft.filters.provider || ANY}
                onChange={(provider) =>
                  set({ filters: { ...draft.filters, provider: provider === ANY ? "" : provider } })
                }
              />
            </Inline>
          </>
        )}
        {word("has")}
        <Inline label="Metric">
          <Select
            className="w-auto font-medium"
            options={METRIC_OPTIONS}
            value={draft.metric}
            onChange={(name) => set(withMetric(draft, name))}
          />
        </Inline>
        {hasWindow && (
          <>
            {word("in")}
            <Inline label="Within" error={draft.window === CUSTOM_WINDOW ? undefined : issue("window")}>
              <Select
                className="w-auto font-medium"
                options={WINDOW_OPTIONS}
                value={draft.window}
                onChange={(window) => set(withWindow(draft, window))}
              />
            </Inline>
          </>
        )}
        {hasWindow && draft.window === CUSTOM_WINDOW && (
          <Inline label="Length" error={issue("window")}>
            <DurationInput
              label="Length of the window"
              value={draft.customWindow}
              onChange={(customWindow) => set({ customWindow })}
            />
          </Inline>
        )}
        {word("of")}
        <Inline label="Comparison" error={issue("operator")}>
          <Select
            className="w-auto font-medium"
            options={OPERATOR_OPTIONS}
            value={draft.operator}
            onChange={(operator) => set({ operator })}
          />
        </Inline>
      </div>
      <div className="flex flex-wrap items-start gap-x-4 gap-y-4">
        <Tier severity="warning" draft={draft} set={set} issue={issue} />
        <Tier severity="critical" draft={draft} set={set} issue={issue} />
        {unit === "s" && (
          <Field label="In" className="w-32">
            <Select
              options={UNIT_OPTIONS}
              value={draft.thresholdUnit}
              onChange={(thresholdUnit) => set({ thresholdUnit })}
            />
          </Field>
        )}
        {hasWindow && draft.window.startsWith("calendar_") && (
          <div className="w-64">
            <TimeZoneField
              value={draft.timeZone}
              onChange={(timeZone) => set({ timeZone })}
              error={issue("time_zone")}
            />
          </div>
        )}
      </div>
      {issue("tiers") && (
        <p role="alert" className="text-exhausted-text text-xs">
          {issue("tiers")}
        </p>
      )}
    </div>
  );
}

/** A control within the sentence: its label is for those who do not see it. */
function Inline({
  label,
  error,
  children,
}: {
  label: string;
  error?: string | undefined;
  children: React.ReactNode;
}) {
  return (
    <Field label={label} hideLabel error={error} className="max-w-full">
      {children}
    </Field>
  );
}

function providerOptions(options: readonly Option[], chosen: string): Option[] {
  const known = chosen === "" || options.some(({ value }) => value === chosen);
  return [
    { value: ANY, label: "any provider" },
    ...(known ? [] : [{ value: chosen, label: chosen }]),
    ...options,
  ];
}

function Tier({ severity, draft, set, issue }: PartProps & { severity: Severity }) {
  const tier = draft.tiers[severity];
  const change = (changes: Partial<typeof tier>) =>
    set({ tiers: { ...draft.tiers, [severity]: { ...tier, ...changes } } });
  const word = severity === "warning" ? "Warning" : "Critical";
  const left = tier.on ? leftOf(draft, tier.threshold) : null;
  return (
    <div className="relative w-44 max-sm:w-full">
      <Field
        label={
          <>
            {word}
            <span className="sr-only"> threshold</span>
          </>
        }
        hint={left}
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

/** What a used share leaves: how most people think of a limit. */
function leftOf({ metric: name, thresholdUnit }: RuleDraft, threshold: string): string | null {
  const used = name === "limit_used" ? amountOf(name, threshold, thresholdUnit) : null;
  return used === null || used > 1 ? null : `${formatPercent(1 - used)} left`;
}
