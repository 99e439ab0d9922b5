import { authorise } from "@/lib/features/command";
import { deleteUser, updateUser } from "@/lib/features/users/commands";
import { getUser } from "@/lib/features/users/queries";
import { json, noContent, route } from "@/lib/http/route";

export const GET = route<"id">(async ({ actor, params }) => {
  authorise(actor, "admin");
  return json(await getUser(params.id));
});

export const PATCH = route<"id">(async ({ actor, params, body }) =>
  json(await updateUser({ actor, id: params.id, input: await body() })),
);

export const DELETE = route<"id">(async ({ actor, params }) => {
  await deleteUser({ actor, id: params.id });
  return noContent();
});
