import { REPEATED_KEY_FILTERS } from "@/lib/domain/usage/key-query";
import { searchInput } from "@/lib/domain/usage/query";
import { updateKeys } from "@/lib/features/keys/bulk";
import { createKey } from "@/lib/features/keys/commands";
import { listKeys } from "@/lib/features/keys/queries";
import { json, route } from "@/lib/http/route";

export const GET = route(async ({ url }) =>
  json(await listKeys(searchInput(url.searchParams, REPEATED_KEY_FILTERS))),
);

export const POST = route(async ({ actor, body }) => {
  const { key, created } = await createKey({ actor, input: await body() });
  return json(key, created ? 201 : 200);
});

export const PATCH = route(async ({ actor, body }) => json(await updateKeys({ actor, input: await body() })));
