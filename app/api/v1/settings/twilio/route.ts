import { removeTwilio, setTwilio } from "@/lib/features/installation/commands";
import { getTwilio } from "@/lib/features/installation/queries";
import { json, noContent, route } from "@/lib/http/route";

export const GET = route(async ({ actor }) => json(await getTwilio({ actor })));

export const PUT = route(async ({ actor, body }) => json(await setTwilio({ actor, input: await body() })));

export const DELETE = route(async ({ actor }) => {
  await removeTwilio({ actor });
  return noContent();
});
