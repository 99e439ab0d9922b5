import { searchInput } from "@/lib/domain/usage/query";
import { exportKeys } from "@/lib/features/keys/export";
import { REPEATED_KEY_FILTERS } from "@/lib/features/keys/schemas";
import { csv, route } from "@/lib/http/route";

export const GET = route(async ({ url }) =>
  csv(await exportKeys(searchInput(url.searchParams, REPEATED_KEY_FILTERS)), "keys.csv"),
);
