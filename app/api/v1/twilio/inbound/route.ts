import { receiveReply } from "@/lib/features/twilio/reply";
import { route } from "@/lib/http/route";
import { readTwilio, twiml } from "@/lib/http/twilio";

export const POST = route(async ({ request }) => twiml(await receiveReply(await readTwilio(request))), {
  auth: "public",
});
