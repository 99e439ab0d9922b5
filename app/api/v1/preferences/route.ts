import { setPreferences } from "@/lib/features/users/commands";
import { getPreferences } from "@/lib/features/users/queries";
import { json, route } from "@/lib/http/route";

export const GET = route(async ({ actor }) => json(await getPreferences({ actor })));

export const PATCH = route(async ({ actor, body }) =>
  json(await setPreferences({ actor, input: await body() })),
);
