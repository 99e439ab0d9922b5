import { removeMail, setMail } from "@/lib/features/installation/commands";
import { getMail } from "@/lib/features/installation/queries";
import { json, noContent, route } from "@/lib/http/route";

export const GET = route(async ({ actor }) => json(await getMail({ actor })));

export const PUT = route(async ({ actor, body }) => json(await setMail({ actor, input: await body() })));

export const DELETE = route(async ({ actor }) => {
  await removeMail({ actor });
  return noContent();
});
