"use server";

import { redirect } from "next/navigation";
import { revokeSession } from "@/lib/features/users/commands";
import { currentSession } from "@/lib/http/actor";

/** Ends the session itself, so that a copy of its cookie is worth nothing either. */
export async function signOut(): Promise<void> {
  const session = await currentSession();
  if (session !== null) await revokeSession({ actor: session.actor, id: session.id });
  redirect("/login");
}
