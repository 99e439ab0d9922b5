import { readdirSync } from "node:fs";

/** Names of the migrations in `dir`, in the order in which they apply. */
export function migrationNames(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}
