"use client";

import { useMemo } from "react";
import { Combobox } from "@/components/ui/combobox";
import { formerZone, modernZone, zonesToChoose, zoneWords } from "@/lib/domain/usage/zone-names";

/** An IANA time zone, by its name of today; found by its former one as well. */
export function ZoneCombobox({
  value,
  none,
  onChange,
}: {
  value: string | null;
  /** What no zone means; without it there is always one. */
  none?: string;
  onChange: (zone: string | null) => void;
}) {
  const options = useMemo(
    () =>
      zonesToChoose(Intl.supportedValuesOf("timeZone"), value).map((zone) => ({
        value: zone,
        label: zoneWords(zone),
        also: formerZone(zone)?.replaceAll("_", " ") ?? "",
      })),
    [value],
  );
  return (
    <Combobox
      options={options}
      value={value === null ? null : modernZone(value)}
      placeholder={none ?? "UTC"}
      clearable={none !== undefined}
      empty="There is no such zone."
      onChange={(zone) => {
        if (zone !== null || none !== undefined) onChange(zone);
      }}
    />
  );
}
