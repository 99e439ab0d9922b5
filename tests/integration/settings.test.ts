import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { POST as authRoute } from "@/app/api/auth/[...all]/route";
import { POST as testChannelRoute } from "@/app/api/v1/channels/[id]/test/route";
import { PATCH as patchPreferencesRoute, GET as preferencesRoute } from "@/app/api/v1/preferences/route";
import {
  DELETE as deleteMailRoute,
  GET as mailRoute,
  PUT as putMailRoute,
} from "@/app/api/v1/settings/mail/route";
import { POST as testMailRoute } from "@/app/api/v1/settings/mail/test/route";
import { PUT as putRetentionRoute, GET as retentionRoute } from "@/app/api/v1/settings/retention/route";
import { PUT as putTwilioRoute, GET as twilioRoute } from "@/app/api/v1/settings/twilio/route";
import { POST as testSmsRoute } from "@/app/api/v1/settings/twilio/test/route";
import { sessionOf } from "@/lib/auth/session";
import { wantedPartitions } from "@/lib/db/partitions";
import { SYSTEM } from "@/lib/domain/access/actor";
import { estimateRetention } from "@/lib/domain/usage/retention";
import { createChannel } from "@/lib/features/channels/commands";
import { followSettings } from "@/lib/features/installation/stored";
import { getSmsBudget } from "@/lib/features/sms-budget/queries";
import { createToken } from "@/lib/features/tokens/commands";
import { createUser } from "@/lib/features/users/commands";
import { setLogLevel } from "@/lib/log";
import { type Runtime, Signal, setRuntime, settingsOf } from "@/lib/runtime";
import { type Dispatcher, startDispatcher } from "@/lib/worker/dispatcher";
import { call, issuesOf, ORIGIN, sessionCookie } from "../support/call";
import { createRuntime, runtimeOn } from "../support/database";
import { type SmtpTestServer, startSmtp } from "../support/smtp";
import { startTwilio, type TwilioTestServer } from "../support/twilio";

// Settings of the installation: what the console sets is in force at once on every server, secrets are written only, and
// the environment wins.

const AUTH = { user: "keygauge", pass: "a password with :/@ %" };

let runtime: Awaited<ReturnType<typeof createRuntime>>;
let smtp: SmtpTestServer;
let twilio: TwilioTestServer;
let dispatcher: Dispatcher;
const tokens = { admin: "", operator: "" };

beforeAll(async () => {
  setLogLevel("silent");
  [smtp, twilio] = await Promise.all([startSmtp({ auth: AUTH }), startTwilio()]);
  runtime = await createRuntime({ TWILIO_BASE_URL: twilio.baseUrl });
  for (const role of ["admin", "operator"] as const) {
    tokens[role] = (await createToken({ actor: SYSTEM, input: { name: role, role } })).token;
  }
  dispatcher = startDispatcher(runtime);
  runtime.queued.subscribe(dispatcher.wake);
});
afterAll(async () => {
  await dispatcher.stop();
  await Promise.all([runtime.close(), smtp.close(), twilio.close()]);
});
afterEach(() => setRuntime(runtime));

const token = () => tokens.admin;
const put = (route: Parameters<typeof call>[0], body: unknown) =>
  call(route, { token: token(), method: "PUT", body });
const mailServer = () => ({
  host: "127.0.0.1",
  port: Number(new URL(smtp.url).port),
  security: "opportunistic",
  user: AUTH.user,
  from: "Keygauge <keygauge@example.com>",
});

/** Everything that is stored or on record as text, to look for secrets in. */
async function written(): Promise<string> {
  const { rows } = await runtime.db.pool.query(
    "SELECT * FROM setting UNION ALL SELECT action, changes, at FROM audit_entry",
  );
  return JSON.stringify(rows);
}

describe("the mail server", () => {
  it("is an admin's", async () => {
    for (const answer of [
      await call(mailRoute, { token: tokens.operator }),
      await call(putMailRoute, { token: tokens.operator, method: "PUT", body: {} }),
      await call(testMailRoute, { token: tokens.operator, body: { to: "a@example.com" } }),
    ]) {
      expect(answer.status).toBe(403);
    }
  });

  it("names each field that is wrong, and what is missing for a test", async () => {
    const wrong = await put(putMailRoute, { host: "a b", port: 0, security: "none", from: "nobody" });
    expect(wrong.status).toBe(422);
    expect(issuesOf(wrong).sort()).toEqual(["from", "host", "port", "security"]);
    expect(issuesOf(await put(putMailRoute, { ...mailServer(), user: null, password: "x" }))).toEqual([
      "user",
    ]);
    const early = await call(testMailRoute, { token: token(), body: { to: "a@example.com" } });
    expect(early.status).toBe(409);
  });

  it("sends from the moment it is set, on servers that run already, without its password being seen", async () => {
    const email = { name: "On call", kind: "email", config: { to: ["ops@example.com"] } };
    const { id } = await createChannel({ actor: SYSTEM, input: email });
    const test = () => call(testChannelRoute, { token: token(), params: { id }, body: {} });
    expect((await test()).body.state).toBe("unconfigured");

    const other: Runtime = { ...runtime, changed: new Signal(), settings: settingsOf(runtime.env) };
    followSettings(other);
    const set = await put(putMailRoute, { ...mailServer(), password: AUTH.pass });
    expect(set.body).toEqual({
      ...mailServer(),
      set_by: "console",
      from_set_by: "console",
      has_password: true,
    });
    expect((await test()).body.state).toBe("sent");
    expect((await smtp.waitFor(1))[0]?.mail.from?.text).toContain("keygauge@example.com");
    expect(other.settings.smtpUrl).toBeUndefined();
    other.changed.emit({ entity: "setting", id: "mail" });
    await expect.poll(() => other.settings.smtpUrl).toBe(runtime.settings.smtpUrl);

    const seen = `${JSON.stringify((await call(mailRoute, { token: token() })).body)}${await written()}`;
    expect(seen).not.toContain(AUTH.pass);
    expect(seen).not.toContain(encodeURIComponent(AUTH.pass));
    expect(seen).toContain("mail.update");
  });

  it("keeps a password that is left out, but not for another server", async () => {
    expect((await put(putMailRoute, { ...mailServer(), from: "Alerts <alerts@example.com>" })).status).toBe(
      200,
    );
    const mailed = await call(testMailRoute, { token: token(), body: { to: "ana@example.com" } });
    expect(mailed.body).toMatchObject({
      outcome: "sent",
      response: expect.stringMatching(/^250/),
      error: null,
    });
    const elsewhere = await put(putMailRoute, { ...mailServer(), host: "mail.elsewhere.example" });
    expect(issuesOf(elsewhere)).toEqual(["password"]);
  });

  it("shows a test's refusal in the server's words, without the password", async () => {
    await put(putMailRoute, { ...mailServer(), password: "the wrong password" });
    const { body } = await call(testMailRoute, { token: token(), body: { to: "ana@example.com" } });
    expect(body).toMatchObject({
      outcome: "permanent",
      error: expect.stringContaining("Authentication failed"),
    });
    expect(JSON.stringify(body)).not.toContain("the wrong password");
    expect(issuesOf(await call(testMailRoute, { token: token(), body: { to: "nobody" } }))).toEqual(["to"]);
  });

  it("is taken away again", async () => {
    expect((await call(deleteMailRoute, { token: token(), method: "DELETE" })).status).toBe(204);
    expect((await call(deleteMailRoute, { token: token(), method: "DELETE" })).status).toBe(404);
    expect(runtime.settings.smtpUrl).toBeUndefined();
  });
});

describe("the Twilio account", () => {
  const account = () => ({ account_sid: twilio.accountSid, from: "+15550100100" });

  it("sends from the moment it is set, counts a test for the budget, and keeps its token to itself", async () => {
    expect(issuesOf(await put(putTwilioRoute, account()))).toEqual(["auth_token"]);
    const set = await put(putTwilioRoute, { ...account(), auth_token: twilio.authToken });
    expect(set.body).toEqual({ ...account(), set_by: "console", has_auth_token: true });
    const { body } = await call(testSmsRoute, { token: token(), body: { to: "+1 555 765-4321" } });
    expect(body).toMatchObject({ outcome: "sent", error: null });
    expect((await twilio.waitFor(1))[0]?.to).toBe("+15557654321");
    expect((await getSmsBudget()).used_today).toBe(1);

    expect((await put(putTwilioRoute, { ...account(), from: "Keygauge" })).body.from).toBe("Keygauge");
    expect(runtime.settings.twilio?.authToken).toBe(twilio.authToken);
    const other = `AC${"0".repeat(32)}`;
    expect(issuesOf(await put(putTwilioRoute, { ...account(), account_sid: other }))).toEqual(["auth_token"]);
    const seen = `${JSON.stringify((await call(twilioRoute, { token: token() })).body)}${await written()}`;
    expect(seen).not.toContain(twilio.authToken);
  });
});

describe("the retention of events", () => {
  const days = async (): Promise<Set<string>> => {
    const { rows } = await runtime.db.pool.query<{ name: string }>(
      "SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'usage_event'::regclass",
    );
    return new Set(rows.map(({ name }) => name));
  };
  const wanted = (count: number) =>
    wantedPartitions(Date.now(), count).flatMap(({ name, table }) => (table === "usage_event" ? [name] : []));

  it("makes room at once when it grows, and deletes at once when it shrinks", async () => {
    const longer = await put(putRetentionRoute, { events_days: 40 });
    expect(longer.body).toMatchObject({ set_by: "console", events_days: 40 });
    expect([...(await days())].sort()).toEqual(wanted(40).sort());

    const at = (ago: number) => new Date(Date.now() - ago * 86_400_000);
    await runtime.db.pool.query(
      `INSERT INTO usage_event (key_id, moment, event_id, source_id, consumer_id, outcome)
       SELECT 5, moment_at(at), 1, 1, 0, 0 FROM unnest($1::timestamptz[]) at`,
      [[at(35), at(3), at(0)]],
    );
    const { body } = await call(retentionRoute, { token: token() });
    const { days: stored, events_bytes: bytes } = body as { days: never[]; events_bytes: number };
    expect(stored).toHaveLength(3);
    expect(bytes).toBeGreaterThan(0);
    // What the page warns of is what is deleted.
    const { gone } = estimateRetention(stored, 2, Date.now());
    expect(gone?.days).toBe(2);
    const shorter = await put(putRetentionRoute, { events_days: 2 });
    expect(shorter.body.days).toHaveLength(1);
    expect([...(await days())].sort()).toEqual(wanted(2).sort());

    expect((await put(putRetentionRoute, { events_days: null })).body).toMatchObject({
      set_by: null,
      events_days: 30,
    });
    expect(issuesOf(await put(putRetentionRoute, { events_days: 0 }))).toEqual(["events_days"]);
  });
});

it("preferences go with the account, and a token has none", async () => {
  const account = { name: "Ana", email: "ana@example.com", password: "correct horse battery" };
  await createUser({ actor: SYSTEM, input: { ...account, role: "viewer" } });
  await createUser({ actor: SYSTEM, input: { ...account, email: "bo@example.com" } });
  const { email, password } = account;
  const signIn = async (as: string) =>
    sessionCookie(
      await call(authRoute, {
        path: "/api/auth/sign-in/email",
        body: { email: as, password },
        headers: { origin: ORIGIN },
      }),
    );
  const cookie = await signIn(email);
  const patch = (body: unknown) => call(patchPreferencesRoute, { cookie, method: "PATCH", body });
  expect((await call(preferencesRoute, { cookie })).body).toEqual({
    theme: null,
    time_zone: null,
    clock: null,
  });
  expect((await patch({ theme: "dark" })).body).toEqual({ theme: "dark", time_zone: null, clock: null });
  await patch({ time_zone: "Asia/Kolkata" });
  // Another browser of hers.
  const elsewhere = await sessionOf(new Headers({ cookie: await signIn(email) }));
  expect(elsewhere?.preferences).toEqual({ theme: "dark", time_zone: "Asia/Kolkata", clock: null });
  const another = await sessionOf(new Headers({ cookie: await signIn("bo@example.com") }));
  expect(another?.preferences).toEqual({ theme: null, time_zone: null, clock: null });
  expect(issuesOf(await patch({ theme: "blue" }))).toEqual(["theme"]);
  expect(issuesOf(await patch({ time_zone: "Mars/Base" }))).toEqual(["time_zone"]);
  expect((await patch({ time_zone: null })).body).toEqual({ theme: "dark", time_zone: null, clock: null });

  expect((await call(preferencesRoute, { token: token() })).body).toEqual({
    theme: null,
    time_zone: null,
    clock: null,
  });
  const byToken = await call(patchPreferencesRoute, {
    token: token(),
    method: "PATCH",
    body: { theme: "dark" },
  });
  expect(byToken.status).toBe(403);
});

it("the environment wins, is named, and cannot be overruled", async () => {
  const url = runtime.env.databaseUrl ?? "";
  const fixed = runtimeOn(url, {
    SMTP_URL: "smtp://ana:secret@mail.example.com",
    MAIL_FROM: "a@example.com",
    TWILIO_ACCOUNT_SID: twilio.accountSid,
    TWILIO_AUTH_TOKEN: "secret",
    TWILIO_FROM: "Keygauge",
    RETENTION_EVENTS_DAYS: "7",
  });
  try {
    const mail = (await call(mailRoute, { token: token() })).body;
    expect(mail).toEqual({
      set_by: "SMTP_URL",
      host: "mail.example.com",
      port: 587,
      security: "opportunistic",
      user: "ana",
      has_password: true,
      from: "a@example.com",
      from_set_by: "MAIL_FROM",
    });
    expect((await call(twilioRoute, { token: token() })).body.set_by).toBe("TWILIO_ACCOUNT_SID");
    expect((await call(retentionRoute, { token: token() })).body).toMatchObject({
      set_by: "RETENTION_EVENTS_DAYS",
      events_days: 7,
    });
    for (const [route, body] of [
      [putMailRoute, mailServer()],
      [putTwilioRoute, { account_sid: twilio.accountSid, auth_token: "x", from: "Keygauge" }],
      [putRetentionRoute, { events_days: 3 }],
    ] as const) {
      expect((await put(route, body)).status).toBe(409);
    }
  } finally {
    await fixed.db.close();
  }
});
