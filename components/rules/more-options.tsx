"use client";

import { Combobox } from "@/components/ui/combobox";
import { Field, FieldGroup } from "@/components/ui/field";
import { Input, NumberInput } from "@/components/ui/input";
import { RadioGroup } from "@/components/ui/radio-group";
import { Switch } from "@/components/ui/switch";
import { metric } from "@/lib/domain/usage/metric";
import { isQuotaDraft, type ScopeFilter } from "./draft";
import { countsRequests } from "./draft-change";
import { DurationInput } from "./duration-input";
import { EscalationFields, FlappingFields } from "./escalation-fields";
import type { PartProps, RuleChoices } from "./form-context";
import { unitOf } from "./unit";

const FILTERS = [
  { field: "provider", label: "Provider" },
  { field: "key", label: "Key" },
  { field: "pool", label: "Pool" },
  { field: "source", label: "Source" },
  { field: "consumer", label: "Consumer" },
] as const;

const NO_DATA = [
  { value: "ok", label: "Count as fine", hint: "What fires resolves" },
  { value: "keep", label: "Change nothing", hint: "What fires keeps firing" },
  { value: "alert", label: "Raise an alert", hint: "With the rule's lowest severity" },
] as const;

/** Everything a simple rule leaves as it is. */
export function MoreOptions({ draft, set, issue, choices }: PartProps & { choices: RuleChoices }) {
  const { kind } = metric(draft.metric);
  const quota = isQuotaDraft(draft);
  const filter = (field: ScopeFilter, value: string) =>
    set({ filters: { ...draft.filters, [field]: value } });
  const offered = (field: ScopeFilter) =>
    kind !== "limit" || (field !== "source" && field !== "consumer" && field !== "tag");
  return (
    <div className="flex flex-col gap-7">
      <FieldGroup legend="Only" hint="Leave empty to watch all of them.">
        <div className="grid gap-4 sm:grid-cols-2">
          {FILTERS.filter(
            ({ field }) => offered(field) && (field !== "provider" || draft.each === "provider"),
          ).map(({ field, label }) => (
            <Field key={field} label={label} error={issue(`scope.${field}`)}>
              <Combobox
                options={withOwn(choices.scope[field], draft.filters[field])}
                value={draft.filters[field] || null}
                empty={`No such ${label.toLowerCase()} yet.`}
                onChange={(value) => filter(field, value ?? "")}
              />
            </Field>
          ))}
          {offered("tag") && (
            <Field label="Tag" hint="name=value, or name for any value" error={issue("scope.tag")}>
              <Input
                placeholder="Any"
                value={draft.filters.tag}
                onChange={(event) => filter("tag", event.target.value)}
              />
            </Field>
          )}
        </div>
      </FieldGroup>
      {quota ? (
        <p className="text-fg-3 text-xs">
          A sum over a calendar period fires once a period for each tier and closes with it, so it has no
          recovery and no delays.
        </p>
      ) : (
        <FieldGroup legend="When it fires and recovers">
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label="Fires after" hint="The condition must hold this long" error={issue("for")}>
              <DurationInput
                label="Fires after"
                placeholder="At once"
                value={draft.for}
                onChange={(value) => set({ for: value })}
              />
            </Field>
            <Field
              label="Keeps firing for"
              hint="After the condition has ended"
              error={issue("keep_firing_for")}
            >
              <DurationInput
                label="Keeps firing for"
                placeholder="Not at all"
                value={draft.keepFiringFor}
                onChange={(value) => set({ keepFiringFor: value })}
              />
            </Field>
            {(["warning", "critical"] as const).map(
              (severity) =>
                draft.tiers[severity].on && (
                  <Field
                    key={severity}
                    label={severity === "warning" ? "Warning recovers at" : "Critical recovers at"}
                    hint="Empty: as soon as the comparison is false"
                    error={issue(`${severity}.recovery`)}
                  >
                    <NumberInput
                      min={0}
                      unit={unitOf(draft)}
                      value={draft.tiers[severity].recovery}
                      onChange={(event) =>
                        set({
                          tiers: {
                            ...draft.tiers,
                            [severity]: { ...draft.tiers[severity], recovery: event.target.value },
                          },
                        })
                      }
                    />
                  </Field>
                ),
            )}
          </div>
        </FieldGroup>
      )}
      <FieldGroup legend="With little data or none">
        <div className="grid gap-4 sm:grid-cols-2">
          {countsRequests(draft.metric) && (
            <Field
              label="At least this many requests"
              hint="With fewer in the window the rule does not fire"
              error={issue("min_requests")}
            >
              <NumberInput
                min={0}
                step={1}
                unit="requests"
                placeholder="0"
                value={draft.minRequests}
                onChange={(event) => set({ minRequests: event.target.value })}
              />
            </Field>
          )}
          <div>
            <p className="mb-1.5 font-medium">When there is no data</p>
            <RadioGroup
              aria-label="When there is no data"
              options={NO_DATA}
              value={draft.noData}
              onChange={(noData) => set({ noData })}
            />
          </div>
        </div>
      </FieldGroup>
      <FieldGroup legend="Reminders">
        <div className="flex flex-wrap items-start gap-x-6 gap-y-3">
          <Switch
            label="Remind while nothing changes"
            hint="Until it is acknowledged or resolved"
            checked={draft.repeat}
            onCheckedChange={(repeat) => set({ repeat })}
          />
          {draft.repeat && (
            <Field label="Every" error={issue("repeat_every")}>
              <DurationInput
                label="Remind every"
                value={draft.repeatEvery}
                onChange={(repeatEvery) => set({ repeatEvery })}
              />
            </Field>
          )}
        </div>
      </FieldGroup>
      <EscalationFields draft={draft} set={set} issue={issue} channels={choices.channels} />
      <FlappingFields draft={draft} set={set} issue={issue} />

      <Switch
        label="The rule is on"
        hint="Off, it is not evaluated, and what fires resolves"
        checked={draft.enabled}
        onCheckedChange={(enabled) => set({ enabled })}
      />
    </div>
  );
}

/** The options with the chosen one among them, though it may be gone or beyond the list. */
function withOwn(options: RuleChoices["scope"]["key"], value: string): RuleChoices["scope"]["key"] {
  if (value === "" || options.some((option) => option.value === value)) return options;
  return [{ value, label: value }, ...options];
}
