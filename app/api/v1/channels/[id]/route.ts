import { deleteChannel, updateChannel } from "@/lib/features/channels/commands";
import { getChannel } from "@/lib/features/channels/queries";
import { json, noContent, route } from "@/lib/http/route";

export const GET = route<"id">(async ({ params }) => json(await getChannel(params.id)));

export const PATCH = route<"id">(async ({ actor, params, body }) =>
  json(await updateChannel({ actor, id: params.id, input: await body() })),
);

export const DELETE = route<"id">(async ({ actor, params }) => {
  await deleteChannel({ actor, id: params.id });
  return noContent();
});
