"use client";

import { Plus, Trash2 } from "lucide-react";
import { Button } from "@/components/ui/button";
import { MultiCombobox } from "@/components/ui/combobox";
import { Field, FieldGroup } from "@/components/ui/field";
import { IconButton } from "@/components/ui/icon-button";
import { NumberInput } from "@/components/ui/input";
import type { Option } from "@/components/ui/select";
import { Switch } from "@/components/ui/switch";
import type { StepDraft } from "./draft";
import { DurationInput } from "./duration-input";
import type { PartProps } from "./form-context";

const MOST_STEPS = 10;

/** Who else is told while nobody acknowledges, step by step. */
export function EscalationFields({
  draft,
  set,
  issue,
  channels,
}: PartProps & { channels: readonly Option[] }) {
  const { escalation: steps } = draft;
  const change = (index: number, changes: Partial<StepDraft>) =>
    set({ escalation: steps.map((step, at) => (at === index ? { ...step, ...changes } : step)) });
  function add() {
    // A quarter of an hour, or one unit, after the step before is what most people mean.
    const { amount, unit } = steps.at(-1)?.after ?? { amount: "0", unit: "m" as const };
    const after = { amount: String((Number(amount) || 0) + (unit === "m" ? 15 : 1)), unit };
    set({ escalation: [...steps, { after, channels: [] }] });
  }
  return (
    <FieldGroup legend="Escalation" hint="Who else is told while nobody acknowledges the incident.">
      {steps.map((step, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place in the order
        <div key={index} className="flex flex-wrap items-start gap-x-4 gap-y-3">
          <Field
            label={index === 0 ? "Unacknowledged for" : `Step ${index + 1}, unacknowledged for`}
            error={issue(`escalation.${index}.after`)}
          >
            <DurationInput
              label={`Step ${index + 1}: after`}
              value={step.after}
              onChange={(after) => change(index, { after })}
            />
          </Field>
          <Field
            label={
              <>
                Tell<span className="sr-only"> at step {index + 1}</span>
              </>
            }
            className="min-w-48 grow"
            error={issue(`escalation.${index}.channels`)}
          >
            <MultiCombobox
              options={channels}
              value={step.channels}
              onChange={(chosen) => change(index, { channels: chosen })}
              placeholder="Choose channels"
            />
          </Field>
          <IconButton
            className="mt-6.5"
            label={`Remove step ${index + 1}`}
            icon={<Trash2 aria-hidden />}
            onClick={() => set({ escalation: steps.filter((_, at) => at !== index) })}
          />
        </div>
      ))}
      {steps.length < MOST_STEPS && (
        <Button className="w-fit" icon={<Plus aria-hidden />} onClick={add} disabled={channels.length === 0}>
          Add a step
        </Button>
      )}
    </FieldGroup>
  );
}

/** From when on an instance that cannot decide is told of once only. */
export function FlappingFields({ draft, set, issue }: PartProps) {
  const { flapping } = draft;
  const change = (changes: Partial<typeof flapping>) => set({ flapping: { ...flapping, ...changes } });
  return (
    <FieldGroup legend="When it flaps">
      <div className="flex flex-wrap items-start gap-x-6 gap-y-3">
        <Switch
          label="Tell once, then wait until it settles"
          checked={flapping.on}
          onCheckedChange={(on) => change({ on })}
        />
        {flapping.on && (
          <>
            <Field label="More changes than" error={issue("flapping.transitions")} className="w-36">
              <NumberInput
                min={2}
                step={1}
                value={flapping.transitions}
                onChange={(event) => change({ transitions: event.target.value })}
              />
            </Field>
            <Field label="Within" error={issue("flapping.window")}>
              <DurationInput
                label="Flapping within"
                value={flapping.window}
                onChange={(window) => change({ window })}
              />
            </Field>
          </>
        )}
      </div>
    </FieldGroup>
  );
}
