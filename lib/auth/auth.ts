import { prismaAdapter } from "better-auth/adapters/prisma";
import { betterAuth } from "better-auth/minimal";
import { newId, sign } from "@/lib/crypto";
import { ADDRESS_HEADER } from "@/lib/http/client-address";
import { trustedOrigins } from "@/lib/http/origin";
import { log } from "@/lib/log";
import { type Runtime, runtime } from "@/lib/runtime";

const SESSION_DAYS = 14;
const ID_PREFIX: Record<string, string> = {
  user: "usr",
  session: "ses",
  account: "acc",
  verification: "ver",
};

/** better-auth signs its cookies with this; a key of its own, derived from AUTH_SECRET. */
export const cookieSecret = (current: Runtime): string => sign(current.keyring, "better-auth");

function build(current: Runtime) {
  const { env, db } = current;
  return betterAuth({
    appName: "Keygauge",
    baseURL: env.appUrl,
    basePath: "/api/auth",
    secret: cookieSecret(current),
    database: prismaAdapter(db.prisma, { provider: "postgresql" }),
    trustedOrigins: trustedOrigins(env),
    // Users are made by an admin's command or the set-up link, never by this endpoint.
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 8, maxPasswordLength: 128 },
    user: {
      additionalFields: { role: { type: "string", required: false, defaultValue: "viewer", input: false } },
    },
    // A session ends after its days; it is read from the database at every request, so a revoked one ends at once.
    session: {
      expiresIn: SESSION_DAYS * 86_400,
      disableSessionRefresh: true,
      cookieCache: { enabled: false },
    },
    // Its limiter counts successful sign-ins too and knows only the address; features/users/attempts.ts counts failures.
    rateLimit: { enabled: false },
    advanced: {
      cookiePrefix: "keygauge",
      useSecureCookies: env.appUrl.startsWith("https:"),
      defaultCookieAttributes: { httpOnly: true, sameSite: "lax" },
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
      database: { generateId: ({ model }) => newId(ID_PREFIX[model] ?? "aut") },
    },
    onAPIError: { throw: true },
    telemetry: { enabled: false },
    logger: {
      // Its messages may quote input; only what is an error is kept, without arguments.
      level: "error",
      log: (_level, message) => log.debug({ from: "better-auth" }, message),
    },
  });
}

export type Auth = ReturnType<typeof build>;

const instances = new WeakMap<Runtime, Auth>();

/** The better-auth instance of this process's runtime, built at first use (each bundle has its own). */
export function auth(): Auth {
  const current = runtime();
  const existing = instances.get(current);
  if (existing !== undefined) return existing;
  const made = build(current);
  instances.set(current, made);
  return made;
}
