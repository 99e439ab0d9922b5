"use client";

import { useRouter } from "next/navigation";
import { Select } from "@/components/ui/select";

const ENTITIES = [
  { value: "", label: "Everything" },
  { value: "rule", label: "Rules" },
  { value: "channel", label: "Channels" },
  { value: "incident", label: "Incidents" },
  { value: "key", label: "Keys" },
  { value: "limit", label: "Limits" },
  { value: "source", label: "Sources" },
  { value: "user", label: "People" },
  { value: "token", label: "Tokens" },
] as const;

/** Narrows the log to one kind of thing; the choice stands in the address. */
export function AuditFilter({ entity }: { entity: string | null }) {
  const router = useRouter();
  const chosen = ENTITIES.find((option) => option.value === entity)?.value ?? "";
  return (
    <Select
      aria-label="Show changes of"
      className="w-36"
      options={ENTITIES}
      value={chosen}
      onChange={(next) => router.push(next === "" ? "/settings/audit" : `/settings/audit?entity=${next}`)}
    />
  );
}
