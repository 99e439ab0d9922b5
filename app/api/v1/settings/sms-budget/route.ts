import { setSmsBudget } from "@/lib/features/sms-budget/commands";
import { getSmsBudget } from "@/lib/features/sms-budget/queries";
import { json, route } from "@/lib/http/route";

export const GET = route(async () => json(await getSmsBudget()));

export const PUT = route(async ({ actor, body }) => json(await setSmsBudget({ actor, input: await body() })));
