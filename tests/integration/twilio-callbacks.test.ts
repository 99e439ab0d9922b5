import { createHmac } from "node:crypto";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { POST as INBOUND } from "@/app/api/v1/twilio/inbound/route";
import { POST as STATUS } from "@/app/api/v1/twilio/status/[id]/route";
import { SYSTEM } from "@/lib/domain/access/actor";
import { updateChannel } from "@/lib/features/channels/commands";
import { IMPATIENT } from "../support/channels";
import { insertChannel, insertIncident, makeDue, postpone, queue, read, until } from "../support/deliveries";
import { dispatcherStage } from "../support/dispatching";

const APP_URL = "https://keygauge.example.com";
const NUMBER = "+15551230000";
const OTHER = "+15551230001";

const stage = dispatcherStage({ APP_URL });
const { start, wake } = stage;
let { runtime, twilio } = stage;
let channel: string;
beforeAll(() => {
  ({ runtime, twilio } = stage);
});
beforeEach(async () => {
  await runtime.db.pool.query("TRUNCATE phone_opt_out");
  channel = await insertChannel(runtime, "sms", [NUMBER]);
});

type Form = Record<string, string>;
const sign = (url: string, form: Form, secret = twilio.authToken) =>
  createHmac("sha1", secret)
    .update(
      Object.keys(form)
        .sort()
        .reduce((text, name) => text + name + form[name], url),
    )
    .digest("base64");

/** What Twilio posts, as Next hands it over behind a proxy. */
function request(path: string, form: Form, signature: string, headers: Form = {}): Request {
  return new Request(`http://127.0.0.1:3000${path}`, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-twilio-signature": signature,
      ...headers,
    },
    body: new URLSearchParams(form).toString(),
  });
}

async function callBack(id: string, form: Form, signature?: string): Promise<number> {
  const path = `/api/v1/twilio/status/${id}`;
  const given = signature ?? sign(`${APP_URL}${path}`, form);
  return (await STATUS(request(path, form, given), { params: Promise.resolve({ id }) })).status;
}

const smsOf = (id: string) =>
  twilio.messages.filter(({ statusCallback }) => statusCallback === `${APP_URL}/api/v1/twilio/status/${id}`);

/** Status callbacks of the message to a number, in their order. */
async function said(id: string, statuses: string, { to = NUMBER, nth = 0 } = {}): Promise<void> {
  const sid = smsOf(id).filter((sms) => sms.to === to)[nth]?.sid ?? expect.fail("nothing was sent");
  for (const word of statuses.split(" ")) {
    const [status = "", code] = word.split(":");
    const form = {
      MessageSid: sid,
      To: to,
      MessageStatus: status,
      ...(code === undefined ? {} : { ErrorCode: code }),
    };
    expect(await callBack(id, form)).toBe(204);
  }
  wake();
}

async function sent(to = channel, kind: "firing" | "resolved" = "firing") {
  const incident = await insertIncident(runtime);
  const id = await queue(runtime, { channel: to, incident, kind });
  wake();
  await until(runtime, id, "sent");
  return { id, incident };
}

describe("a receipt", () => {
  it("moves a message to delivered, whatever comes twice, late or out of order", async () => {
    start();
    const { id } = await sent();
    await said(id, "sending sent sent");
    expect(await read(runtime, id)).toMatchObject({ state: "sent" });
    await said(id, "delivered sent queued delivered undelivered:30008");
    expect(await read(runtime, id)).toMatchObject({ state: "delivered", reason: null, attemptCount: 1 });
    expect(smsOf(id)).toHaveLength(1);
  });

  it("that comes before the send has returned counts once it has", async () => {
    twilio.setBehaviour("timeout_created", 1);
    const incident = await insertIncident(runtime);
    const id = await queue(runtime, { channel, incident });
    start({ timeouts: IMPATIENT, random: () => 0.9 });
    await twilio.waitFor(() => smsOf(id).length > 0);
    await said(id, "sent delivered");
    expect((await read(runtime, id)).state).toBe("sending");
    const row = await until(runtime, id, "delivered");
    expect(row.attempts[0]).toMatchObject({ outcome: "ambiguous" });
    // Known to be there: nobody was asked, and nothing was sent again.
    expect(smsOf(id)).toHaveLength(1);
  });

  it("of an attempt that nobody knew about keeps it from being repeated", async () => {
    twilio.setBehaviour("500_created", 1);
    const id = await queue(runtime, { channel });
    start({ random: () => 0.9 });
    await until(runtime, id, (row) => row.attempts[0]?.outcome === "ambiguous");
    await postpone(runtime, id);
    await said(id, "sent");
    twilio.failLists(500);
    await makeDue(runtime, id);
    wake();
    await until(runtime, id, "sent");
    twilio.failLists(undefined);
    expect(smsOf(id)).toHaveLength(1);
  });

  it("that it cannot be reached has it sent once more, and no more than that", async () => {
    start();
    const { id, incident } = await sent();
    await said(id, "sent undelivered:30003");
    const first = await read(runtime, id);
    expect(first).toMatchObject({ state: "failed" });
    expect(first.reason).toMatch(/Twilio 30003, the handset cannot be reached\. Sent once more in dlv_/);
    const again = first.toldBy ?? "";
    expect(await read(runtime, again)).toMatchObject({ state: "queued", origin: "transient", originId: id });
    await makeDue(runtime, again);
    wake();
    await until(runtime, again, "sent");
    await said(again, "undelivered:30003");
    expect(await read(runtime, again)).toMatchObject({ state: "failed", toldBy: null });
    const events = await runtime.db.prisma.incidentEvent.findMany({
      where: { incidentId: incident },
      orderBy: { seq: "asc" },
    });
    expect(events.map(({ kind }) => kind)).toEqual(["notified", "not_sent", "notified", "not_sent"]);
  });

  it("of a failure for good shows the channel as failing and hands the message to its fallback", async () => {
    const mail = await insertChannel(runtime, "email", ["ops@example.com"]);
    await updateChannel({ actor: SYSTEM, id: channel, input: { fallback: mail } });
    start();
    const { id } = await sent();
    await said(id, "undelivered:30006");
    const row = await read(runtime, id);
    expect(row.reason).toContain("Twilio 30006, a landline");
    expect(row.channel).toMatchObject({
      failingSince: expect.any(Date),
      lastError: expect.stringContaining("30006"),
    });
    expect(await until(runtime, row.toldBy ?? "", "sent")).toMatchObject({
      channelId: mail,
      origin: "fallback",
    });
  });

  it("decides for each of several numbers", async () => {
    const both = await insertChannel(runtime, "sms", [NUMBER, OTHER]);
    start();
    const { id } = await sent(both);
    await said(id, "delivered");
    expect((await read(runtime, id)).state).toBe("sent");
    await said(id, "undelivered:30006", { to: OTHER });
    expect(await read(runtime, id)).toMatchObject({
      state: "delivered",
      reason: expect.stringContaining(OTHER),
    });
  });

  it("is refused when Twilio did not sign it, and taken behind a proxy that names another host", async () => {
    start();
    const { id } = await sent();
    const path = `/api/v1/twilio/status/${id}`;
    const form = { MessageSid: smsOf(id)[0]?.sid ?? "", To: NUMBER, MessageStatus: "delivered" };
    for (const signature of [
      "",
      "x",
      sign(`${APP_URL}${path}`, form, "another token"),
      sign(`${APP_URL}/`, form),
    ]) {
      expect(await callBack(id, form, signature)).toBe(403);
    }
    expect(await callBack(id, { ...form, MessageStatus: "failed" }, sign(`${APP_URL}${path}`, form))).toBe(
      403,
    );
    expect((await read(runtime, id)).state).toBe("sent");
    const proxied = request(path, form, sign(`https://alerts.example.org${path}`, form), {
      "x-forwarded-host": "alerts.example.org",
    });
    expect((await STATUS(proxied, { params: Promise.resolve({ id }) })).status).toBe(204);
    expect((await read(runtime, id)).state).toBe("delivered");
    // Of a delivery that is gone: nothing to do, and nothing for Twilio to try again.
    expect(await callBack("dlv_gone", form)).toBe(204);
  });
});

let replies = 0;
async function reply(
  body: string,
  { from = NUMBER, sid = `SM${++replies}`, extra = {} as Form } = {},
): Promise<string> {
  const form = { MessageSid: sid, From: from, To: twilio.settings.from, Body: body, ...extra };
  const path = "/api/v1/twilio/inbound";
  const response = await INBOUND(request(path, form, sign(`${APP_URL}${path}`, form)), {
    params: Promise.resolve({}),
  });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toContain("text/xml");
  return (/<Message>(.*)<\/Message>/.exec(await response.text())?.[1] ?? "").replaceAll("&#38;", "&");
}
const stateOf = async (id: string) =>
  (await runtime.db.prisma.incident.findUniqueOrThrow({ where: { id } })).state;
const code = (id: string) => id.slice(-7).toUpperCase();

describe("an answer by SMS", () => {
  it("acknowledges the latest alert, or the one whose code it names", async () => {
    start();
    const older = await sent();
    const latest = await sent();
    expect(await reply("1", { sid: "SMtwice" })).toBe(`Acknowledged: prod-chat-2 #${code(latest.id)}`);
    // The same answer, handed over twice.
    expect(await reply("1", { sid: "SMtwice" })).toBe(`Acknowledged: prod-chat-2 #${code(latest.id)}`);
    expect([await stateOf(older.incident), await stateOf(latest.incident)]).toEqual([
      "firing",
      "acknowledged",
    ]);
    expect(await reply(`ack ${code(older.id)}`)).toContain("Acknowledged");
    expect(await stateOf(older.incident)).toBe("acknowledged");
    const [event] = await runtime.db.prisma.incidentEvent.findMany({
      where: { incidentId: latest.incident, kind: "acknowledged" },
    });
    expect(event).toMatchObject({
      actor: "Recipient of sms of the team",
      data: { sms: "SMtwice", number: NUMBER },
    });
  });

  it("acknowledges everything that a digest told", async () => {
    start();
    const digest = await queue(runtime, {
      channel,
      kind: "digest",
      notification: { subject: { kind: "several", count: 2 } },
    });
    const incidents = [await insertIncident(runtime), await insertIncident(runtime)];
    for (const incident of incidents) {
      const id = await queue(runtime, { channel, incident });
      await runtime.db.prisma.delivery.update({
        where: { id },
        data: { state: "suppressed", toldBy: digest },
      });
    }
    wake();
    await until(runtime, digest, "sent");
    expect(await reply("ACK")).toBe(`Acknowledged: 2 alerts #${code(digest)}`);
    for (const incident of incidents) expect(await stateOf(incident)).toBe("acknowledged");
  });

  it("says so when there is nothing to acknowledge, and answers nobody else", async () => {
    start();
    expect(await reply("1")).toContain("nothing that was sent to this number is firing");
    expect(await reply("#AAAAAAA")).toContain("no message #AAAAAAA");
    expect(await reply("what is this?")).toContain("answer 1 or ACK");
    const { incident } = await sent();
    expect(await reply("1", { from: OTHER })).toBe("");
    expect(await stateOf(incident)).toBe("firing");
  });

  it("STOP ends messages to the number, START begins them again; Twilio itself answers them", async () => {
    const mail = await insertChannel(runtime, "email", ["ops@example.com"]);
    await updateChannel({ actor: SYSTEM, id: channel, input: { fallback: mail } });
    start();
    expect(await reply("Stop", { extra: { OptOutType: "STOP" } })).toBe("");
    const id = await queue(runtime, { channel });
    wake();
    const row = await until(runtime, id, "dead");
    expect(row.attempts).toMatchObject([
      { outcome: "permanent", error: "The number has opted out by answering STOP" },
    ]);
    await until(runtime, row.toldBy ?? "", "sent");
    expect(smsOf(id)).toHaveLength(0);
    expect(await reply("START", { extra: { OptOutType: "START" } })).toBe("");
    await sent();
  });

  it("is remembered from Twilio's refusal too", async () => {
    twilio.setBehaviour({ code: 21610 }, 1);
    start();
    const id = await queue(runtime, { channel });
    await until(runtime, id, "dead");
    expect(await runtime.db.prisma.phoneOptOut.findMany()).toMatchObject([
      { number: NUMBER, source: "provider" },
    ]);
    const asked = twilio.requests.length;
    await until(runtime, await queue(runtime, { channel }), "dead");
    expect(twilio.requests).toHaveLength(asked);
  });
});
