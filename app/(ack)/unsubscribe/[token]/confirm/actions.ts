"use server";

import { unsubscribeByLink } from "@/lib/features/channels/unsubscribe";
import { type ActionResult, runPublicAction } from "@/lib/http/action";

/** Takes the address off its channel on behalf of whoever holds the link. */
export async function unsubscribe(token: string): Promise<ActionResult<null>> {
  return runPublicAction(async () => {
    await unsubscribeByLink(String(token));
    return null;
  });
}
