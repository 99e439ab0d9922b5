import { sendAgain } from "@/lib/features/deliveries/commands";
import { json, route } from "@/lib/http/route";

export const POST = route<"id">(async ({ actor, params }) =>
  json(await sendAgain({ actor, id: params.id }), 201),
);
