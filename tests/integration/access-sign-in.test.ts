import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { POST as createSourceRoute } from "@/app/api/v1/sources/route";
import { GET as listTokensRoute } from "@/app/api/v1/tokens/route";
import { handleAuth } from "@/lib/auth/handler";
import { openDb } from "@/lib/db/db";
import { SYSTEM } from "@/lib/domain/access/actor";
import { createUser, deleteUser, resetPassword, revokeSession } from "@/lib/features/users/commands";
import { dropExpiredAccess } from "@/lib/features/users/expire";
import { listSessions } from "@/lib/features/users/queries";
import { setLogLevel } from "@/lib/log";
import { setRuntime } from "@/lib/runtime";
import { type Answer, type CallOptions, call, sessionCookie } from "../support/call";
import { createRuntime } from "../support/database";

const PASSWORD = "correct horse battery";
let runtime: Awaited<ReturnType<typeof createRuntime>>;

beforeAll(async () => {
  setLogLevel("silent");
  runtime = await createRuntime();
});
afterAll(() => runtime.close());
beforeEach(async () => {
  await runtime.db.pool.query('TRUNCATE "user", rate_limit, source, token CASCADE');
});

const admin = () =>
  createUser({
    actor: SYSTEM,
    input: { name: "Ana", email: "Ana@Example.com", password: PASSWORD, role: "admin" },
  });

const signIn = (options: { email?: string; password?: string } & CallOptions = {}): Promise<Answer> => {
  const { email = "ana@example.com", password = PASSWORD, ...rest } = options;
  return call(handleAuth, { path: "/api/auth/sign-in/email", body: { email, password }, ...rest });
};

const source = (cookie: string, options: CallOptions = {}) =>
  call(createSourceRoute, { cookie, body: { name: "gateway" }, ...options });

describe("signing in", () => {
  it("sets an httpOnly cookie and keeps tokens out of the body", async () => {
    const user = await admin();
    const answer = await signIn();
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      user: { id: user.id, name: "Ana", email: "ana@example.com", role: "admin" },
    });
    const cookie = answer.headers.getSetCookie().join("\n");
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Lax/i);
    expect(cookie).not.toMatch(/Secure/i);
    const who = await call(handleAuth, { path: "/api/auth/get-session", cookie: sessionCookie(answer) });
    expect(who.body).toEqual(answer.body);
    const audit = await runtime.db.prisma.auditEntry.findFirst({ where: { action: "user.sign_in" } });
    expect(audit).toMatchObject({ actorId: user.id, changes: { address: "203.0.113.7" } });
  });

  it("refuses a wrong password and an unknown address alike", async () => {
    await admin();
    const wrong = await signIn({ password: "wrong password" });
    const unknown = await signIn({ email: "nobody@example.com" });
    expect(wrong.status).toBe(401);
    expect(wrong.body.detail).toBe("The e-mail address or the password is wrong.");
    expect(unknown.body).toEqual(wrong.body);
    expect(wrong.headers.getSetCookie()).toEqual([]);
  });

  it.each([
    [{ body: "{not json" }, 400],
    [{ body: "" }, 400],
    [{ body: { email: 5 } }, 422],
    [{ body: { email: "ana@example.com", password: "x".repeat(200) } }, 401],
    [{ body: "email=ana", headers: { "content-type": "application/x-www-form-urlencoded" } }, 415],
    [{ body: { email: "a\u0000@example.com", password: "x" } }, 400],
  ])("answers bad input %j with %i", async (options, status) => {
    await admin();
    const answer = await signIn(options);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
  });

  it("trusts localhost and 127.0.0.1 of its own port, and no other origin", async () => {
    await admin();
    for (const origin of ["http://localhost:3000", "http://127.0.0.1:3000"]) {
      expect((await signIn({ headers: { origin } })).status).toBe(200);
    }
    for (const origin of ["http://localhost:3001", "https://evil.example", "null"]) {
      expect((await signIn({ headers: { origin } })).status).toBe(403);
    }
  });

  it("marks the cookie secure when APP_URL is https", async () => {
    await admin();
    setRuntime({ ...runtime, env: { ...runtime.env, appUrl: "https://keygauge.example.com" } });
    const answer = await signIn({ headers: { origin: "https://keygauge.example.com" } });
    setRuntime(runtime);
    expect(answer.status).toBe(200);
    expect(answer.headers.getSetCookie().join("\n")).toMatch(/__Secure-.*; Secure/i);
  });

  it("has no sign-up and none of better-auth's other endpoints", async () => {
    const body = { name: "Eve", email: "eve@example.com", password: PASSWORD, role: "admin" };
    for (const path of [
      "/sign-up/email",
      "/update-user",
      "/change-password",
      "/sign-in/social",
      "/../sign-up/email",
    ]) {
      const answer = await call(handleAuth, { path: `/api/auth${path}`, body });
      expect([path, answer.status]).toEqual([path, 404]);
    }
    expect(await runtime.db.prisma.user.count()).toBe(0);
    expect(await runtime.db.prisma.account.count()).toBe(0);
  });
});

describe("limited attempts", () => {
  it("refuses the sixth wrong password from an address, and the right one after it, with the time to wait", async () => {
    await admin();
    for (let i = 0; i < 5; i++) expect((await signIn({ password: "wrong" })).status).toBe(401);
    const refused = await signIn({ password: "wrong" });
    expect(refused.status).toBe(429);
    expect(refused.body.detail).toMatch(/^Too many sign-in attempts\. Try again in \d+ minutes\.$/);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(200);
    expect((await signIn()).status).toBe(429);
    expect((await signIn({ address: "198.51.100.4" })).status).toBe(200);
  });

  it("counts before it looks at the password, so concurrent guesses do not slip past", async () => {
    await admin();
    const answers = await Promise.all(Array.from({ length: 12 }, () => signIn({ password: "wrong" })));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(7);
  });

  it("limits an address that tries many users", async () => {
    const answers = [];
    for (let i = 0; i < 21; i++) answers.push(await signIn({ email: `user${i}@example.com` }));
    expect(answers.map(({ status }) => status)).toEqual([...Array(20).fill(401), 429]);
  });

  it("does not count successful sign-ins", async () => {
    await admin();
    for (let i = 0; i < 22; i++) expect((await signIn()).status).toBe(200);
    const { rows } = await runtime.db.pool.query("SELECT count FROM rate_limit WHERE count > 0");
    expect(rows).toEqual([]);
  });

  it("forgets after the window", async () => {
    await admin();
    for (let i = 0; i < 6; i++) await signIn({ password: "wrong" });
    await runtime.db.pool.query("UPDATE rate_limit SET last_request = last_request - 300001");
    expect((await signIn()).status).toBe(200);
  });
});

describe("sessions", () => {
  const isOpen = async (cookie: string) => (await call(listTokensRoute, { cookie })).status === 200;

  it("ends at once when revoked, signed out, reset or expired", async () => {
    const user = await admin();
    const actor = { kind: "user" as const, id: user.id, name: user.name, role: user.role };
    const open = async () => sessionCookie(await signIn());

    const revoked = await open();
    expect(await isOpen(revoked)).toBe(true);
    const [session] = (await listSessions({ actor })).data;
    expect(session).toMatchObject({ ip_address: "203.0.113.7", user: { email: "ana@example.com" } });
    await revokeSession({ actor, id: session?.id ?? "" });
    expect(await isOpen(revoked)).toBe(false);

    const signedOut = await open();
    const answer = await call(handleAuth, { path: "/api/auth/sign-out", method: "POST", cookie: signedOut });
    expect(answer.status).toBe(200);
    expect(await isOpen(signedOut)).toBe(false);

    const reset = await open();
    await resetPassword({ actor: SYSTEM, id: user.id, input: { password: "another password" } });
    expect(await isOpen(reset)).toBe(false);
    expect((await signIn()).status).toBe(401);

    const expired = sessionCookie(await signIn({ password: "another password" }));
    await runtime.db.pool.query("UPDATE session SET expires_at = now() - interval '1 second'");
    expect(await isOpen(expired)).toBe(false);
    await dropExpiredAccess(Date.now());
    expect(await runtime.db.prisma.session.count()).toBe(0);
  });

  it("ends with its user", async () => {
    await admin();
    await createUser({
      actor: SYSTEM,
      input: { name: "Bo", email: "bo@example.com", password: PASSWORD, role: "admin" },
    });
    const cookie = sessionCookie(await signIn({ email: "bo@example.com" }));
    const bo = await runtime.db.prisma.user.findUniqueOrThrow({ where: { email: "bo@example.com" } });
    expect(await isOpen(cookie)).toBe(true);
    await deleteUser({ actor: SYSTEM, id: bo.id });
    expect(await isOpen(cookie)).toBe(false);
  });

  it("is refused when its cookie was tampered with", async () => {
    await admin();
    const [name, value = ""] = sessionCookie(await signIn()).split("=");
    const token = decodeURIComponent(value).split(".")[0] ?? "";
    for (const forged of [token, `${token}.`, `${token}.AAAA`, `x${value}`, "%", ""]) {
      expect((await call(listTokensRoute, { cookie: `${name}=${forged}` })).status).toBe(401);
    }
  });

  it("may write with JSON from our own pages only", async () => {
    await admin();
    const cookie = sessionCookie(await signIn());
    expect((await source(cookie, { headers: { "content-type": "text/plain" } })).status).toBe(415);
    expect((await source(cookie, { headers: { "content-type": "" } })).status).toBe(415);
    expect((await source(cookie, { headers: { origin: "https://evil.example" } })).status).toBe(403);
    expect((await source(cookie, { headers: { "sec-fetch-site": "cross-site" } })).status).toBe(403);
    expect((await source(cookie, { headers: { "sec-fetch-site": "same-site" } })).status).toBe(403);
    expect((await source(cookie, { headers: { origin: "", "sec-fetch-site": "" } })).status).toBe(403);
    expect(await runtime.db.prisma.source.count()).toBe(0);
    expect((await source(cookie, { headers: { "sec-fetch-site": "" } })).status).toBe(201);
  });

  it("answers 503, not 401, while the database is away", async () => {
    await admin();
    const cookie = sessionCookie(await signIn());
    const away = openDb("postgresql://keygauge@127.0.0.1:1/none");
    setRuntime({ ...runtime, db: away });
    const answers = [
      await call(listTokensRoute, { cookie }),
      await call(listTokensRoute, { token: "kgm_x" }),
      await signIn(),
    ];
    setRuntime(runtime);
    await away.close();
    for (const answer of answers) {
      expect(answer.status).toBe(503);
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    }
    expect(await isOpen(cookie)).toBe(true);
  });
});
