import { setRetention } from "@/lib/features/installation/commands";
import { getRetention } from "@/lib/features/installation/queries";
import { json, route } from "@/lib/http/route";

export const GET = route(async ({ actor }) => json(await getRetention({ actor })));

export const PUT = route(async ({ actor, body }) => json(await setRetention({ actor, input: await body() })));
