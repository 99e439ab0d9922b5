import { testSms } from "@/lib/features/installation/send-test";
import { json, route } from "@/lib/http/route";

export const POST = route(async ({ actor, body }) => json(await testSms({ actor, input: await body() })));
