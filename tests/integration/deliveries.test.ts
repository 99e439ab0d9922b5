import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { POST as REPEAT } from "@/app/api/v1/deliveries/[id]/repeat/route";
import { GET } from "@/app/api/v1/deliveries/[id]/route";
import { GET as LIST } from "@/app/api/v1/deliveries/route";
import { SYSTEM } from "@/lib/domain/access/actor";
import { createToken } from "@/lib/features/tokens/commands";
import { setLogLevel } from "@/lib/log";
import { startDispatcher } from "@/lib/worker/dispatcher";
import { call } from "../support/call";
import { createRuntime } from "../support/database";
import { insertChannel, insertIncident, queue, read, until } from "../support/deliveries";
import { type SmtpTestServer, startSmtp } from "../support/smtp";

let runtime: Awaited<ReturnType<typeof createRuntime>>;
let smtp: SmtpTestServer;
let dispatcher: ReturnType<typeof startDispatcher>;
let token: string;
let channel: string;
let incident: string;
const refusals = new Map<string, number>();

const list = async (query: string) => {
  const { status, body } = await call(LIST, { token, path: `/api/v1/deliveries?${query}` });
  expect(status).toBe(200);
  return body as { data: Record<string, unknown>[]; next_cursor: string | null };
};
const idsOf = ({ data }: { data: Record<string, unknown>[] }) => data.map(({ id }) => id);
const repeat = (id: string) => call(REPEAT, { token, method: "POST", params: { id } });

beforeAll(async () => {
  setLogLevel("silent");
  smtp = await startSmtp({ recipient: (address) => refusals.get(address) });
  runtime = await createRuntime({ SMTP_URL: smtp.url, MAIL_FROM: "keygauge@example.com" });
  token = (await createToken({ actor: SYSTEM, input: { name: "Ada", role: "operator" } })).token;
  dispatcher = startDispatcher(runtime, { random: () => 0 });
});
beforeEach(async () => {
  refusals.clear();
  // It reads these tables in another order than they are emptied.
  await dispatcher.stop();
  await runtime.db.pool.query("TRUNCATE channel, incident CASCADE");
  dispatcher = startDispatcher(runtime, { random: () => 0 });
  channel = await insertChannel(runtime, "email", ["ops@example.com"]);
  incident = await insertIncident(runtime);
});
afterAll(async () => {
  await dispatcher.stop();
  await Promise.all([runtime.close(), smtp.close()]);
});

describe("the list", () => {
  it("is newest first, filtered, and in pages", async () => {
    const sms = await insertChannel(runtime, "sms", ["+15551230000"]);
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) {
      ids.unshift(
        await queue(runtime, { channel: i < 4 ? channel : sms, incident: i < 2 ? incident : null }),
      );
    }
    for (const id of ids) await until(runtime, id, (row) => row.finishedAt !== null);
    const first = await list("limit=3");
    const rest = await list(`limit=3&cursor=${first.next_cursor}`);
    expect([...idsOf(first), ...idsOf(rest)]).toEqual(ids);
    expect(rest.next_cursor).toBeNull();
    expect(idsOf(await list(`incident=${incident}`))).toEqual(ids.slice(3));
    expect(idsOf(await list(`channel=${sms}`))).toEqual(ids.slice(0, 1));
    expect(idsOf(await list("state=unconfigured"))).toEqual(ids.slice(0, 1));
    expect(idsOf(await list(`state=sent&channel=${channel}`))).toEqual(ids.slice(1));
    const { status, body } = await call(LIST, { token, path: "/api/v1/deliveries?state=lost" });
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([
      { path: "state", message: expect.stringContaining("expected one of queued") },
    ]);
  });
});

describe("a delivery", () => {
  it("shows every attempt in the provider's words", async () => {
    smtp.setBehaviour("450", 1);
    const id = await queue(runtime, { channel, incident });
    await until(runtime, id, "sent");
    const { status, body } = await call(GET, { token, params: { id } });
    expect(status).toBe(200);
    expect(body).toEqual({
      id,
      incident,
      about: "prod-chat-2",
      channel,
      channel_name: "email of the team",
      channel_kind: "email",
      kind: "firing",
      state: "sent",
      reason: null,
      attempts: [
        {
          number: 1,
          started_at: expect.any(String),
          finished_at: expect.any(String),
          outcome: "not_sent",
          response: "450 Mailbox busy",
          error: expect.stringContaining("450 Mailbox busy"),
          provider_id: null,
          rendered: null,
        },
        {
          number: 2,
          started_at: expect.any(String),
          finished_at: body.finished_at,
          outcome: "sent",
          response: expect.stringMatching(/^250 OK queued as/),
          error: null,
          provider_id: `<${id}@example.com>`,
          rendered: null,
        },
      ],
      maybe_sent: false,
      reached: [{ to: "ops@example.com", provider_id: `<${id}@example.com>` }],
      provider_id: `<${id}@example.com>`,
      last_error: null,
      hold: null,
      held_until: null,
      told_by: null,
      origin: null,
      transition: expect.any(String),
      muted_by: null,
      created_at: expect.any(String),
      next_attempt_at: null,
      finished_at: expect.any(String),
    });
    expect((await call(GET, { token, params: { id: "dlv_none" } })).status).toBe(404);
  });

  it("of a channel that is not configured can be read as it would arrive", async () => {
    const bare = { ...runtime, settings: { ...runtime.settings, smtpUrl: undefined } };
    await dispatcher.stop();
    dispatcher = startDispatcher(bare);
    const id = await queue(runtime, { channel, incident });
    await until(runtime, id, "unconfigured");
    const { body } = await call(GET, { token, params: { id } });
    expect(body).toMatchObject({
      reason: "Not configured: set SMTP_URL",
      attempts: [
        {
          outcome: "unconfigured",
          rendered: {
            from: "keygauge@example.com",
            to: ["ops@example.com"],
            subject: "[critical] prod-chat-2: 952 requests in 5 min (≥ 950)",
            text: expect.stringContaining("952 requests in 5 min"),
            html: expect.stringContaining("<html"),
          },
        },
      ],
    });
    const [listed] = (await list(`incident=${incident}`)).data;
    expect(listed).toMatchObject({ attempts: [{ rendered: { subject: expect.any(String) } }] });
    expect(JSON.stringify(listed)).not.toContain("<html");
    await dispatcher.stop();
    dispatcher = startDispatcher(runtime, { random: () => 0 });
    const again = await repeat(id);
    expect((await until(runtime, String(again.body.id), "sent")).incidentId).toBe(incident);
  });
});

describe("sending again", () => {
  it("makes a delivery beside the old one", async () => {
    const id = await queue(runtime, { channel, incident });
    const before = await until(runtime, id, "sent");
    const { status, body } = await repeat(id);
    expect(status).toBe(201);
    expect(body).toMatchObject({ incident, channel, kind: "firing", reason: `${id} sent again by Ada` });
    const after = await until(runtime, String(body.id), "sent");
    expect(after).toMatchObject({ transitionId: null, notification: before.notification });
    expect(await read(runtime, id)).toEqual({ ...before, channel: after.channel });
    expect(
      await runtime.db.prisma.auditEntry.findFirst({
        where: { entityId: id },
        select: { action: true, changes: true },
      }),
    ).toEqual({ action: "delivery.send_again", changes: { delivery: body.id } });
  });

  it("leaves out whom an unfinished one had reached", async () => {
    refusals.set("b@example.com", 450);
    const both = await insertChannel(runtime, "email", ["a@example.com", "b@example.com"]);
    const id = await queue(runtime, { channel: both });
    await runtime.db.pool.query("UPDATE delivery SET created_at = now() - interval '1 day' WHERE id = $1", [
      id,
    ]);
    await until(runtime, id, "failed");
    refusals.clear();
    const { body } = await repeat(id);
    await until(runtime, String(body.id), "sent");
    const mail = smtp.messages.filter((one) => one.mail.messageId === `<${body.id}@example.com>`);
    expect(mail.map(({ recipients }) => recipients)).toEqual([["b@example.com"]]);
  });

  it("is refused while it is under way, and for channels that take nothing", async () => {
    smtp.setBehaviour("silent_after_data", 1);
    const id = await queue(runtime, { channel });
    await until(runtime, id, "sending");
    expect(await repeat(id)).toMatchObject({ status: 409 });
    await dispatcher.stop();
    await runtime.db.pool.query("UPDATE delivery SET state = 'failed' WHERE id = $1", [id]);
    await runtime.db.prisma.channel.update({ where: { id: channel }, data: { enabled: false } });
    expect((await repeat(id)).body).toMatchObject({
      status: 409,
      detail: expect.stringContaining("switched off"),
    });
    await runtime.db.prisma.channel.update({ where: { id: channel }, data: { deletedAt: new Date() } });
    expect((await repeat(id)).body).toMatchObject({
      status: 409,
      detail: expect.stringContaining("was deleted"),
    });
    expect((await repeat("dlv_none")).status).toBe(404);
    dispatcher = startDispatcher(runtime, { random: () => 0 });
  });
});
