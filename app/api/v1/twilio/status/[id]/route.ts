import { receiveStatus } from "@/lib/features/twilio/receipts";
import { noContent, route } from "@/lib/http/route";
import { readTwilio } from "@/lib/http/twilio";

export const POST = route<"id">(
  async ({ params, request }) => {
    await receiveStatus(params.id, await readTwilio(request));
    return noContent();
  },
  { auth: "public" },
);
