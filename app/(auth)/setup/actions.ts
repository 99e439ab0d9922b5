"use server";

import { createFirstAdmin } from "@/lib/features/users/first-admin";
import { type ActionResult, runPublicAction } from "@/lib/http/action";

/** Makes the first admin; the token of the link is the right to do so. */
export async function createAdmin(token: string, input: unknown): Promise<ActionResult<{ email: string }>> {
  return runPublicAction(async () => {
    const { email } = await createFirstAdmin({ token: String(token), input });
    return { email };
  });
}
