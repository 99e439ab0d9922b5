import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { POST as authRoute } from "@/app/api/auth/[...all]/route";
import { DELETE as revokeRoute } from "@/app/api/v1/invitations/[id]/route";
import { POST as inviteRoute, GET as listRoute } from "@/app/api/v1/invitations/route";
import { SYSTEM } from "@/lib/domain/access/actor";
import { acceptInvitation } from "@/lib/features/invitations/commands";
import { invitationOf } from "@/lib/features/invitations/queries";
import { createToken } from "@/lib/features/tokens/commands";
import { createUser } from "@/lib/features/users/commands";
import { setLogLevel } from "@/lib/log";
import { settingsOf } from "@/lib/runtime";
import { call, issuesOf } from "../support/call";
import { createRuntime } from "../support/database";
import { type SmtpTestServer, startSmtp } from "../support/smtp";

// From an admin's invitation to an account of one's own: by mail where there is a server, by hand where there is none.

let runtime: Awaited<ReturnType<typeof createRuntime>>;
let smtp: SmtpTestServer;
const tokens = { admin: "", operator: "" };
const PASSWORD = "correct horse battery";

beforeAll(async () => {
  setLogLevel("silent");
  [smtp, runtime] = await Promise.all([startSmtp(), createRuntime()]);
  for (const role of ["admin", "operator"] as const) {
    tokens[role] = (await createToken({ actor: SYSTEM, input: { name: role, role } })).token;
  }
});
afterAll(() => Promise.all([runtime.close(), smtp.close()]));
beforeEach(async () => {
  runtime.settings = settingsOf(runtime.env);
  await runtime.db.pool.query('TRUNCATE "user", invitation, audit_entry CASCADE');
});

const invite = (email: string, role = "operator") =>
  call(inviteRoute, { token: tokens.admin, body: { email, role } });
const tokenIn = (text: unknown): string => /\/invite\?token=(kgs_[\w-]+)/.exec(String(text))?.[1] ?? "";
const list = async () =>
  (await call(listRoute, { token: tokens.admin })).body.data as { id: string; email: string }[];
const input = { name: "Ana", password: PASSWORD };

async function signIn(email: string, password: string): Promise<number> {
  const body = { email, password };
  return (
    await call(authRoute, {
      path: "/api/auth/sign-in/email",
      body,
      headers: { origin: "http://localhost:3000" },
    })
  ).status;
}

describe("an invitation", () => {
  it("is an admin's to make", async () => {
    const body = { email: "ana@example.com" };
    expect((await call(inviteRoute, { token: tokens.operator, body })).status).toBe(403);
    expect((await call(listRoute, { token: tokens.operator })).status).toBe(403);
    expect(issuesOf(await invite("nobody"))).toEqual(["email"]);
    expect(issuesOf(await invite("ana@example.com", "owner"))).toEqual(["role"]);
  });

  it("is handed over as a link without a mail server, and makes an account with its role, once", async () => {
    const made = await invite(" Ana@Example.com ");
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      email: "ana@example.com",
      role: "operator",
      mailed: false,
      mail_error: null,
    });
    const token = tokenIn(made.body.link);
    expect(await invitationOf(token)).toMatchObject({ email: "ana@example.com", role: "operator" });
    const stored = await runtime.db.pool.query(
      "SELECT i::text FROM invitation i UNION ALL SELECT a::text FROM audit_entry a",
    );
    expect(JSON.stringify(stored.rows)).not.toContain(token);

    await expect(acceptInvitation({ token, input: { name: "", password: "short" } })).rejects.toMatchObject({
      code: "invalid",
    });
    const both = await Promise.allSettled([
      acceptInvitation({ token, input }),
      acceptInvitation({ token, input }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(both.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "gone" } });
    expect(await list()).toEqual([]);
    const { rows } = await runtime.db.pool.query('SELECT name, email, role FROM "user"');
    expect(rows).toEqual([{ name: "Ana", email: "ana@example.com", role: "operator" }]);
    expect(await signIn("ana@example.com", PASSWORD)).toBe(200);
    expect((await invite("ana@example.com")).status).toBe(409);
  });

  it("goes out by mail where there is a server, and its link is not answered", async () => {
    runtime.settings = { ...runtime.settings, smtpUrl: smtp.url, mailFrom: "Keygauge <kg@example.com>" };
    const made = await invite("bo@example.com");
    expect(made.body).toMatchObject({ mailed: true, link: null });
    const [mail] = await smtp.waitFor(1);
    expect(mail?.recipients).toEqual(["bo@example.com"]);
    expect(mail?.mail.text).toContain("invites you as operator");
    const token = tokenIn(mail?.mail.text);
    expect(tokenIn(mail?.mail.html)).toBe(token);
    expect((await acceptInvitation({ token, input })).role).toBe("operator");

    smtp.setBehaviour("550", 1);
    const refused = await invite("cy@example.com");
    expect(refused.body).toMatchObject({ mailed: false, mail_error: expect.stringContaining("550") });
    expect(tokenIn(refused.body.link)).not.toBe("");
  });

  it("ends when it is sent again, taken back, has expired, or there is such a user", async () => {
    const works = async (token: string) => (await invitationOf(token)) !== null;
    const first = tokenIn((await invite("ana@example.com")).body.link);
    const second = tokenIn((await invite("ana@example.com", "viewer")).body.link);
    expect([await works(first), await works(second)]).toEqual([false, true]);
    const [only, ...others] = await list();
    expect(others).toEqual([]);
    const gone = { params: { id: only?.id ?? "" }, token: tokens.admin, method: "DELETE" };
    expect((await call(revokeRoute, gone)).status).toBe(204);
    expect((await call(revokeRoute, gone)).status).toBe(404);
    expect(await works(second)).toBe(false);
    await expect(acceptInvitation({ token: second, input })).rejects.toMatchObject({ code: "gone" });

    const third = tokenIn((await invite("ana@example.com")).body.link);
    await runtime.db.pool.query("UPDATE invitation SET expires_at = now()");
    expect(await works(third)).toBe(false);
    expect(await list()).toMatchObject([{ expired: true }]);
    await expect(acceptInvitation({ token: third, input })).rejects.toMatchObject({ code: "gone" });

    await createUser({ actor: SYSTEM, input: { ...input, email: "ana@example.com" } });
    expect(await list()).toEqual([]);
  });
});
