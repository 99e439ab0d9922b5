import { endSilence } from "@/lib/features/silences/commands";
import { getSilence } from "@/lib/features/silences/queries";
import { json, noContent, route } from "@/lib/http/route";

export const GET = route<"id">(async ({ params }) => json(await getSilence(params.id)));

export const DELETE = route<"id">(async ({ actor, params }) => {
  await endSilence({ actor, id: params.id });
  return noContent();
});
