import { headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import { type ConsoleSession, sessionOf } from "@/lib/auth/session";
import { type Actor, hasRole, type Role } from "@/lib/domain/access/actor";
import { runtime } from "@/lib/runtime";
import { PATH_HEADER } from "./client-address";
import { safeReturnPath } from "./return-path";

const readSession = cache(async () => sessionOf(await headers()));

/**
 * Everything heard of before the page being rendered was read: its live stream opens with this, and tells what came later.
 * Taken when the page asks who looks at it, which comes before any reading.
 */
export const pageCursor = cache((): string => runtime().recent.cursor);

/** The console session behind the page being rendered; null when nobody is signed in. */
export const currentSession = async (): Promise<ConsoleSession | null> => readSession();

/** Who looks at the page being rendered. Redirects to the sign-in page, which leads back, when nobody is signed in. */
export async function currentActor(): Promise<Actor> {
  pageCursor();
  const session = await currentSession();
  if (session !== null) return session.actor;
  const path = safeReturnPath((await headers()).get(PATH_HEADER));
  redirect(path === "/" ? "/login" : `/login?next=${encodeURIComponent(path)}`);
}

/** As currentActor, but a page that needs more than `role` gives does not exist for others. */
export async function requireActor(role: Role = "viewer"): Promise<Actor> {
  const actor = await currentActor();
  if (!hasRole(actor, role)) notFound();
  return actor;
}
