import { rotateSourceToken } from "@/lib/features/sources/commands";
import { json, route } from "@/lib/http/route";

/** A new ingest token; the former stops working. */
export const POST = route<"id">(async ({ actor, params }) =>
  json(await rotateSourceToken({ actor, id: params.id }), 201),
);
