"use server";

import { acknowledgeByLink } from "@/lib/features/incidents/commands";
import { type ActionResult, runPublicAction } from "@/lib/http/action";

/** Acknowledges on behalf of whoever holds the link; the link is the right to do so, once. */
export async function acknowledge(token: string): Promise<ActionResult<null>> {
  return runPublicAction(async () => {
    await acknowledgeByLink(String(token));
    return null;
  });
}
