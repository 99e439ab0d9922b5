import { createHmac, timingSafeEqual } from "node:crypto";
import { type Actor, ROLES } from "@/lib/domain/access/actor";
import type { Preferences } from "@/lib/domain/access/preferences";
import { PREFERENCES, preferencesOf } from "@/lib/features/users/queries";
import { runtime } from "@/lib/runtime";
import { auth, cookieSecret } from "./auth";

export interface ConsoleSession {
  id: string;
  actor: Actor;
  email: string;
  preferences: Preferences;
}

/** The session token of better-auth's cookie, `<token>.<base64 HMAC-SHA256>` percent-encoded; null when not its own. */
async function sessionToken(headers: Headers): Promise<string | null> {
  const { name } = (await auth().$context).authCookies.sessionToken;
  const raw = cookie(headers.get("cookie") ?? "", name);
  if (raw === null) return null;
  const dot = raw.lastIndexOf(".");
  if (dot < 1) return null;
  const token = raw.slice(0, dot);
  const given = Buffer.from(raw.slice(dot + 1), "base64");
  const expected = createHmac("sha256", cookieSecret(runtime())).update(token).digest();
  return given.length === expected.length && timingSafeEqual(given, expected) ? token : null;
}

function cookie(header: string, name: string): string | null {
  for (const part of header.split(";")) {
    const eq = part.indexOf("=");
    if (eq < 0 || part.slice(0, eq).trim() !== name) continue;
    try {
      return decodeURIComponent(part.slice(eq + 1).trim());
    } catch {
      return null;
    }
  }
  return null;
}

/**
 * The console session of a request's cookie; null when there is none, it ended or it was revoked. One query, and its
 * failure reaches the caller as it is (better-auth's own getSession would hide that the database is away).
 */
export async function sessionOf(headers: Headers): Promise<ConsoleSession | null> {
  const token = await sessionToken(headers);
  if (token === null) return null;
  const session = await runtime().db.prisma.session.findUnique({
    where: { token },
    select: {
      id: true,
      expiresAt: true,
      user: { select: { id: true, name: true, email: true, role: true, ...PREFERENCES } },
    },
  });
  if (session === null || session.expiresAt.getTime() <= Date.now()) return null;
  const { user } = session;
  const role = ROLES.find((known) => known === user.role) ?? "viewer";
  return {
    id: session.id,
    actor: { kind: "user", id: user.id, name: user.name || user.email, role },
    email: user.email,
    preferences: preferencesOf(user),
  };
}
