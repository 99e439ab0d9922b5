import { REPEATED_KEY_FILTERS } from "@/lib/domain/usage/key-query";
import { searchInput } from "@/lib/domain/usage/query";
import { exportKeys } from "@/lib/features/keys/export";
import { csv, route } from "@/lib/http/route";

export const GET = route(async ({ url }) =>
  csv(await exportKeys(searchInput(url.searchParams, REPEATED_KEY_FILTERS)), "keys.csv"),
);
