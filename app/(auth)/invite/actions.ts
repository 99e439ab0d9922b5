"use server";

import { acceptInvitation } from "@/lib/features/invitations/commands";
import { type ActionResult, runPublicAction } from "@/lib/http/action";

/** Makes the invited person's account; the token of the link is the right to do so. */
export async function accept(token: string, input: unknown): Promise<ActionResult<{ email: string }>> {
  return runPublicAction(async () => {
    const { email } = await acceptInvitation({ token: String(token), input });
    return { email };
  });
}
