"use client";

import { ZoneCombobox } from "@/components/forms/zone-combobox";
import { Field } from "@/components/ui/field";

/** The zone in which a calendar period begins. */
export function TimeZoneField({
  value,
  onChange,
  hint = "Where the period begins",
  error,
}: {
  value: string;
  onChange: (zone: string) => void;
  hint?: string;
  error?: string | undefined;
}) {
  return (
    <Field label="Time zone" hint={hint} error={error}>
      <ZoneCombobox value={value} onChange={(zone) => onChange(zone ?? "UTC")} />
    </Field>
  );
}
