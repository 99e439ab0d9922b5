"use client";

import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import type { DurationDraft, DurationUnit } from "./draft";

export const UNIT_OPTIONS = [
  { value: "s", label: "seconds" },
  { value: "m", label: "minutes" },
  { value: "h", label: "hours" },
  { value: "d", label: "days" },
] as const satisfies readonly { value: DurationUnit; label: string }[];

/** A length of time: an amount and its unit. `label` names both for screen readers. */
export function DurationInput({
  label,
  value,
  onChange,
  placeholder,
}: {
  label: string;
  value: DurationDraft;
  onChange: (value: DurationDraft) => void;
  placeholder?: string;
}) {
  return (
    <div className="flex gap-2">
      <Input
        aria-label={label}
        inputMode="numeric"
        className="w-20"
        value={value.amount}
        placeholder={placeholder}
        onChange={(event) => onChange({ ...value, amount: event.target.value })}
      />
      <Select
        aria-label={`${label}: unit`}
        className="w-28"
        options={UNIT_OPTIONS}
        value={value.unit}
        onChange={(unit) => onChange({ ...value, unit })}
      />
    </div>
  );
}
