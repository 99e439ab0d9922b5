import { setDemo } from "@/lib/features/demo/commands";
import { getDemo } from "@/lib/features/demo/queries";
import { json, route } from "@/lib/http/route";

export const GET = route(async () => json(await getDemo()));

export const PUT = route(async ({ actor, body }) => json(await setDemo({ actor, input: await body() })));
