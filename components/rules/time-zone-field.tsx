"use client";

import { useMemo } from "react";
import { Combobox } from "@/components/ui/combobox";
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
  const options = useMemo(() => {
    const zones = new Set(["UTC", value, ...Intl.supportedValuesOf("timeZone")]);
    return [...zones].map((zone) => ({ value: zone, label: zone.replaceAll("_", " ") }));
  }, [value]);
  return (
    <Field label="Time zone" hint={hint} error={error}>
      <Combobox
        options={options}
        value={value}
        placeholder="UTC"
        empty="There is no such zone."
        onChange={(zone) => onChange(zone ?? "UTC")}
      />
    </Field>
  );
}
