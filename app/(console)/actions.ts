"use server";

import { redirect } from "next/navigation";
import { createShare, revokeShare } from "@/lib/features/shares/commands";
import { revokeSession } from "@/lib/features/users/commands";
import { runAction } from "@/lib/http/action";
import { currentSession } from "@/lib/http/actor";

/** Ends the session itself, so that a copy of its cookie is worth nothing either. */
export async function signOut(): Promise<void> {
  const session = await currentSession();
  if (session !== null) await revokeSession({ actor: session.actor, id: session.id });
  redirect("/login");
}

/** Makes a link of an exploration or a dashboard; the answer has it, once. */
export async function shareByLink(input: unknown) {
  return runAction((actor) => createShare({ actor, input }));
}

export async function endLink(id: string) {
  return runAction((actor) => revokeShare({ actor, id: String(id) }));
}
