import type { Option } from "@/components/ui/select";
import type { Role } from "@/lib/domain/access/actor";

export const ROLE_OPTIONS: readonly Option<Role>[] = [
  { value: "viewer", label: "Viewer", hint: "Sees everything, changes nothing" },
  { value: "operator", label: "Operator", hint: "Also rules, channels, limits, sources, incidents" },
  { value: "admin", label: "Admin", hint: "Also people, management tokens" },
];

/** A role as it is read; an unknown one as it is stored. */
export function roleLabel(role: string): string {
  return ROLE_OPTIONS.find((option) => option.value === role)?.label ?? role;
}
