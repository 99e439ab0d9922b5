import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { DELETE, GET, PATCH } from "@/app/api/v1/channels/[id]/route";
import { POST as TEST } from "@/app/api/v1/channels/[id]/test/route";
import { GET as LIST, POST } from "@/app/api/v1/channels/route";
import { decrypt } from "@/lib/crypto";
import { SYSTEM } from "@/lib/domain/access/actor";
import { createToken } from "@/lib/features/tokens/commands";
import { setLogLevel } from "@/lib/log";
import { type Dispatcher, startDispatcher } from "@/lib/worker/dispatcher";
import { checkChannels } from "@/scripts/keygauge/doctor-channels";
import { call } from "../support/call";
import { createRuntime } from "../support/database";
import { insertChannel, insertIncident, queue, read } from "../support/deliveries";
import { type SmtpTestServer, startSmtp } from "../support/smtp";

let runtime: Awaited<ReturnType<typeof createRuntime>>;
let smtp: SmtpTestServer;
let dispatcher: Dispatcher;
let token: string;

const EMAIL = { name: "Ops", kind: "email", config: { to: ["ops@example.com"] } };
const SMS = { name: "Phone", kind: "sms", config: { to: ["+1 555 123 0000"] } };

const create = (body: unknown) => call(POST, { token, body });
const about = (id: unknown, rest: object = {}) => ({ token, params: { id: String(id) }, ...rest });
const audited = (entityId: unknown) =>
  runtime.db.prisma.auditEntry.findMany({ where: { entityId: String(entityId) }, orderBy: { at: "asc" } });

beforeAll(async () => {
  setLogLevel("silent");
  smtp = await startSmtp();
  runtime = await createRuntime({ SMTP_URL: smtp.url, MAIL_FROM: "keygauge@example.com" });
  token = (await createToken({ actor: SYSTEM, input: { name: "test", role: "operator" } })).token;
  dispatcher = startDispatcher(runtime, { random: () => 0 });
});
beforeEach(async () => {
  smtp.setBehaviour("ok");
  // It reads these tables in another order than they are emptied.
  await dispatcher.stop();
  await runtime.db.pool.query("TRUNCATE channel, incident, rule CASCADE");
  dispatcher = startDispatcher(runtime, { random: () => 0 });
});
afterAll(async () => {
  await dispatcher.stop();
  await Promise.all([runtime.close(), smtp.close()]);
});

it("is looked at by the doctor, who sends nothing", async () => {
  const webhook = (name: string, url: string) => create({ name, kind: "webhook", config: { url } });
  const examined = async () => {
    const client = await runtime.db.pool.connect();
    return checkChannels(client, runtime.keyring, ["192.0.2.7"]).finally(() => client.release());
  };
  await create(EMAIL);
  await webhook("Allowed", "https://192.0.2.7/hook");
  expect(await examined()).toMatchObject([{ status: "ok", says: expect.stringContaining("2 can be read") }]);
  await webhook("Private", "https://192.0.2.8/hook");
  await webhook("Gone", "https://nowhere.invalid/hook");
  const broken = (await webhook("Broken", "https://192.0.2.7/other")).body.id;
  await runtime.db.pool.query("UPDATE channel SET secrets = 'x' WHERE id = $1", [broken]);
  await runtime.db.pool.query(
    "UPDATE channel SET failing_since = now(), last_error = '535 no' WHERE kind = 'email'",
  );
  expect((await examined()).map(({ status, says }) => `${status} ${says}`)).toEqual([
    "warning Ops (email): fails: 535 no",
    expect.stringMatching(/^wrong Private \(webhook\): 192\.0\.2\.8 is not a public address/),
    expect.stringMatching(/^wrong Gone \(webhook\): nowhere\.invalid cannot be found/),
    "wrong Broken (webhook): The channel's secrets cannot be read: enter them again.",
  ]);
});

describe("a channel", () => {
  it("is created, read, changed and listed", async () => {
    const created = await create(EMAIL);
    expect(created.status).toBe(201);
    expect(created.body).toEqual({
      id: expect.stringMatching(/^chan_[0-9a-z]{20}$/),
      name: "Ops",
      kind: "email",
      config: { to: ["ops@example.com"] },
      secrets: [],
      enabled: true,
      configured: true,
      missing: null,
      failing_since: null,
      last_error: null,
      last_sent_at: null,
      quiet_hours: null,
      fallback: null,
      opted_out: [],
      rules: [],
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    const { id } = created.body;
    expect((await call(GET, about(id))).body).toEqual(created.body);
    const body = { name: "Platform", config: { to: ["a@example.com", "A@example.com", "b@example.com"] } };
    const changed = await call(PATCH, about(id, { method: "PATCH", body }));
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({
      name: "Platform",
      config: { to: ["A@example.com", "b@example.com"] },
      enabled: true,
    });
    const sms = await create(SMS);
    expect(sms.body).toMatchObject({
      config: { to: ["+15551230000"] },
      configured: false,
      missing: "TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM",
    });
    const first = await call(LIST, { token, path: "/api/v1/channels?limit=1" });
    expect(first.body).toMatchObject({ data: [{ id }] });
    const rest = await call(LIST, { token, path: `/api/v1/channels?cursor=${first.body.next_cursor}` });
    expect(rest.body).toMatchObject({ data: [{ id: sms.body.id }], next_cursor: null });
    expect((await audited(id)).map(({ action, changes }) => [action, changes])).toEqual([
      ["channel.create", { ...EMAIL, enabled: true }],
      ["channel.update", { name: "Platform", config: { to: ["A@example.com", "b@example.com"] } }],
    ]);
  });

  it.each([
    [{}, "name", "expected a name"],
    [
      { ...EMAIL, kind: "fax" },
      "kind",
      "expected one of email, sms, slack, teams, discord, webhook, pagerduty, opsgenie, alertmanager",
    ],
    [
      { name: "Room", kind: "slack", config: { url: "hooks" } },
      "config.url",
      "expected an http or https URL such as https://hooks.slack.com/services/T000/B000/XXXX",
    ],
    [
      { name: "Pager", kind: "pagerduty", config: { routing_key: "two words" } },
      "config.routing_key",
      "expected the integration key of an Events API v2 integration: 32 letters and digits",
    ],
    [
      { name: "Hook", kind: "webhook", config: { url: "https://example.com", secret: "whsec_?" } },
      "config.secret",
      "expected base64 of at least 8 bytes after whsec_",
    ],
    [{ ...EMAIL, config: "ops" }, "config", 'expected an object such as {"to":["…"]}'],
    [{ ...EMAIL, config: {} }, "config.to", "expected a list of e-mail addresses"],
    [
      { ...EMAIL, config: { to: ["ops"] } },
      "config.to.0",
      "expected an e-mail address such as ops@example.com",
    ],
    [
      { ...SMS, config: { to: ["+15551230000", "12"] } },
      "config.to.1",
      "expected a phone number with its country code, such as +15551230000",
    ],
    [{ ...EMAIL, enabled: "no" }, "enabled", "expected true or false"],
  ])("%j is refused at %s", async (body, path, message) => {
    const { status, body: problem } = await create(body);
    expect(status).toBe(422);
    expect(problem.errors).toContainEqual({ path, message });
  });

  it("keeps its kind, and a change needs something to change", async () => {
    const { id } = (await create(EMAIL)).body;
    const patch = (body: unknown) => call(PATCH, about(id, { method: "PATCH", body }));
    expect((await patch({ kind: "sms" })).body.errors).toContainEqual({
      path: "kind",
      message: "a channel's kind cannot be changed: create another channel",
    });
    expect((await patch({})).status).toBe(422);
    expect((await patch({ config: { to: [] } })).body.errors).toMatchObject([{ path: "config.to" }]);
    expect((await call(GET, about("chan_none"))).status).toBe(404);
    expect((await call(PATCH, about("chan_none", { method: "PATCH", body: { name: "x" } }))).status).toBe(
      404,
    );
    expect((await call(TEST, about("chan_none", { method: "POST" }))).status).toBe(404);
  });

  it("that is switched off has its waiting messages suppressed", async () => {
    await dispatcher.stop();
    const id = await insertChannel(runtime, "email", ["ops@example.com"]);
    const waiting = await queue(runtime, { channel: id, incident: await insertIncident(runtime) });
    await call(PATCH, about(id, { method: "PATCH", body: { enabled: false } }));
    expect(await read(runtime, waiting)).toMatchObject({
      state: "suppressed",
      reason: "The channel was switched off",
      finishedAt: expect.any(Date),
    });
    dispatcher = startDispatcher(runtime, { random: () => 0 });
  });

  it("is deleted with its place in rules, and its deliveries stay", async () => {
    const id = await insertChannel(runtime, "email", ["ops@example.com"]);
    const other = await insertChannel(runtime, "email", ["ops@example.com"]);
    const rule = (name: string, channels: string[], deletedAt: Date | null = null) =>
      runtime.db.prisma.rule.create({
        data: {
          id: `rule_${name}`,
          name,
          metric: "requests",
          definition: { channels },
          createdBy: "x",
          deletedAt,
        },
      });
    await rule("both", [id, other]);
    await rule("one", [id]);
    await rule("none", [other]);
    await rule("gone", [id], new Date());
    expect((await call(GET, about(id))).body.rules).toEqual([
      { id: "rule_both", name: "both" },
      { id: "rule_one", name: "one" },
    ]);
    const sent = (await call(TEST, about(id, { method: "POST" }))).body;
    expect((await call(DELETE, about(id, { method: "DELETE" }))).status).toBe(204);
    expect((await call(GET, about(id))).status).toBe(404);
    const rules = await runtime.db.prisma.rule.findMany({ orderBy: { name: "asc" } });
    expect(rules.map(({ name, version, definition }) => [name, version, definition])).toEqual([
      ["both", 2, { channels: [other] }],
      ["gone", 1, { channels: [id] }],
      ["none", 1, { channels: [other] }],
      ["one", 2, { channels: [] }],
    ]);
    expect(await audited("rule_one")).toMatchObject([
      { action: "rule.update", actorName: "test", changes: { channel_removed: id } },
    ]);
    expect((await audited(id)).at(-1)).toMatchObject({
      action: "channel.delete",
      changes: { rules: ["rule_both", "rule_one"] },
    });
    expect((await read(runtime, String(sent.id))).state).toBe("sent");
  });
});

describe("secrets", () => {
  const stored = async (id: unknown) =>
    JSON.stringify([
      await runtime.db.prisma.channel.findUnique({ where: { id: String(id) } }),
      await audited(id),
    ]);

  it.each([
    [
      "slack",
      { url: "https://hooks.slack.com/services/T0/B0/sEcReTpArT9f2c" },
      { url: "https://hooks.slack.com/…9f2c" },
    ],
    [
      "teams",
      { url: "https://x.logic.azure.com/w/1?sig=sEcReTpArT9f2c" },
      { url: "https://x.logic.azure.com/…9f2c" },
    ],
    [
      "discord",
      { url: "https://discord.com/api/webhooks/1/sEcReTpArT9f2c" },
      { url: "https://discord.com/…9f2c" },
    ],
    [
      "webhook",
      { url: "https://a.example/h?t=sEcReTpArT", secret: "sEcReTpArT9f2c" },
      { url: "https://a.example/h?t=…", secret: "…9f2c" },
    ],
    ["pagerduty", { routing_key: "sEcReTpArT9f2c" }, { routing_key: "…9f2c" }],
    [
      "opsgenie",
      { api_key: "sEcReTpArT9f2c", url: "https://api.eu.opsgenie.com" },
      { api_key: "…9f2c", url: "https://api.eu.opsgenie.com" },
    ],
    ["alertmanager", { url: "http://me:sEcReTpArT@am:9093" }, { url: "http://…@am:9093" }],
  ])("of %s are written and never read", async (kind, config, shown) => {
    const created = await create({ name: "Secret", kind, config });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      kind,
      config: shown,
      secrets: Object.keys(config).sort(),
      configured: true,
    });
    expect(JSON.stringify(created.body)).not.toContain("sEcReTpArT");
    const { id } = created.body;
    expect(await stored(id)).not.toContain("sEcReTpArT");
    // What was read can be written back, and changes nothing.
    const patched = await call(PATCH, about(id, { method: "PATCH", body: { config: created.body.config } }));
    expect(patched.body).toMatchObject({ config: shown });
    const row = await runtime.db.prisma.channel.findUniqueOrThrow({ where: { id: String(id) } });
    expect(JSON.parse(decrypt(runtime.keyring, row.secrets ?? ""))).toEqual(config);
  });

  it("of a webhook are made where none is given, and shown once", async () => {
    const created = await create({ name: "Hook", kind: "webhook", config: { url: "https://a.example/h" } });
    const { generated, id } = created.body as { generated: { secret: string }; id: string };
    expect(generated.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(JSON.stringify((await call(GET, about(id))).body)).not.toContain(generated.secret);
    expect(await stored(id)).not.toContain(generated.secret);
    const moved = { config: { url: "https://a.example/other" } };
    expect((await call(PATCH, about(id, { method: "PATCH", body: moved }))).body).toMatchObject({
      config: { url: "https://a.example/other", secret: `…${generated.secret.slice(-4)}` },
    });
  });

  it("that may be left out are dropped by null", async () => {
    const config = { routing_key: "0123456789abcdef", url: "https://events.eu.pagerduty.com" };
    const { id } = (await create({ name: "Pager", kind: "pagerduty", config })).body;
    const drop = (body: unknown) => call(PATCH, about(id, { method: "PATCH", body: { config: body } }));
    expect((await drop({ url: null })).body.config).toEqual({ routing_key: "…cdef" });
    expect((await drop({ routing_key: null })).body.errors).toMatchObject([{ path: "config.routing_key" }]);
  });
});

describe("the test button", () => {
  it("sends through the queue and shows the provider's answer", async () => {
    const { id } = (await create(EMAIL)).body;
    const { status, body } = await call(TEST, about(id, { body: { time_zone: "Europe/Berlin" } }));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      incident: null,
      channel: id,
      channel_name: "Ops",
      channel_kind: "email",
      kind: "test",
      state: "sent",
      attempts: [
        { number: 1, outcome: "sent", response: expect.stringMatching(/^250 OK queued as/), error: null },
      ],
      reached: [{ to: "ops@example.com" }],
    });
    const [mail] = smtp.messages.filter((one) => one.mail.messageId === `<${body.id}@example.com>`);
    expect(mail?.mail.subject).toContain("Keygauge reaches this channel");
    expect((await call(GET, about(id))).body.last_sent_at).toBe(body.finished_at);
  });

  it("shows a refusal, and does not try again behind one's back", async () => {
    const { id } = (await create(EMAIL)).body;
    smtp.setBehaviour("450");
    const busy = await call(TEST, about(id, { method: "POST" }));
    expect(busy.body).toMatchObject({
      state: "failed",
      reason: expect.stringContaining("450 Mailbox busy"),
      attempts: [{ outcome: "not_sent", response: "450 Mailbox busy" }],
    });
    smtp.setBehaviour("550");
    const refused = await call(TEST, about(id, { method: "POST" }));
    expect(refused.body).toMatchObject({ state: "dead", attempts: [{ outcome: "permanent" }] });
    expect((await call(GET, about(id))).body).toMatchObject({
      failing_since: busy.body.finished_at,
      last_error: refused.body.reason,
    });
    // Another address: whether that one fails, nobody knows yet.
    const body = { config: { to: ["other@example.com"] } };
    expect((await call(PATCH, about(id, { method: "PATCH", body }))).body).toMatchObject({
      failing_since: null,
      last_error: null,
    });
  });

  it("keeps the text when the channel is not configured, and works while it is switched off", async () => {
    const { id } = (await create({ ...SMS, enabled: false })).body;
    const { body } = await call(TEST, about(id, { method: "POST" }));
    expect(body).toMatchObject({
      state: "unconfigured",
      reason: "Not configured: set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM",
      attempts: [
        { outcome: "unconfigured", rendered: { to: ["+15551230000"], text: expect.stringMatching(/^TEST/) } },
      ],
    });
    expect((await call(GET, about(id))).body.failing_since).toBeNull();
  });

  it("refuses a zone that does not exist", async () => {
    const { id } = (await create(EMAIL)).body;
    const { status, body } = await call(TEST, about(id, { body: { time_zone: "Mars" } }));
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ path: "time_zone" }]);
  });
});
