import { sessionOf } from "@/lib/auth/session";
import { hashToken } from "@/lib/crypto";
import type { Actor } from "@/lib/domain/access/actor";
import { actorOfToken } from "@/lib/features/tokens/lookup";

export interface Authenticated {
  actor: Actor;
  via: "token" | "session";
  /** Of a console session. */
  sessionId?: string;
}

/** The token of an `Authorization: Bearer` header; null when there is none. */
export function bearerToken(headers: Headers): string | null {
  const match = /^bearer +(\S+) *$/i.exec(headers.get("authorization") ?? "");
  return match?.[1] ?? null;
}

/** Who asks. A request with an Authorization header is judged by it alone; null when nobody is known. */
export async function authenticate(headers: Headers): Promise<Authenticated | null> {
  if (headers.has("authorization")) {
    const token = bearerToken(headers);
    const actor = token === null ? null : await actorOfToken(hashToken(token));
    return actor === null ? null : { actor, via: "token" };
  }
  const session = await sessionOf(headers);
  return session === null ? null : { actor: session.actor, via: "session", sessionId: session.id };
}
