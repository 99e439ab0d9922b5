import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { channelOf } from "@/lib/channels/registry";
import { smsChannel } from "@/lib/channels/sms/channel";
import { septets } from "@/lib/channels/sms/gsm";
import { isChannelKind } from "@/lib/domain/delivery/kind";
import { attempt, closedPort, firing, IMPATIENT } from "../support/channels";
import { startTwilio, type TwilioBehaviour, type TwilioTestServer } from "../support/twilio";

const NUMBER = "+15551230000";
const TO = { to: [NUMBER] };
const REFERENCE = "#DEFGHJK";

let server: TwilioTestServer;

beforeEach(async () => {
  server = await startTwilio();
});

afterEach(async () => {
  await server.close();
});

const first = (overrides = {}) => attempt({ twilio: server.settings }, overrides);
const impatient = () => attempt({ twilio: server.settings, timeouts: IMPATIENT });
const afterAmbiguity = () => first({ attempt: 2, maybeSentBefore: true });

describe("an accepted SMS", () => {
  it("is one segment, short-lived, and comes with its SID", async () => {
    const result = await smsChannel.send(firing(), TO, first());
    const [sms] = await server.waitFor(1);
    expect(result).toMatchObject({
      outcome: "sent",
      providerId: sms?.sid,
      reached: [{ to: NUMBER, providerId: sms?.sid }],
    });
    expect(sms).toMatchObject({
      to: NUMBER,
      from: "+15550001111",
      messagingServiceSid: null,
      validityPeriod: 600,
    });
    expect(sms?.body).toMatch(
      /^CRITICAL prod-chat-2: 952 requests in 5 min \(>= 950\) .*#DEFGHJK https:\/\/keygauge\.example\.com\/incidents\//,
    );
    expect(septets(sms?.body ?? "")).toBeLessThanOrEqual(160);
    expect(server.requests).toEqual(["POST"]);
  });

  it("is sent through a messaging service if that is what is set", async () => {
    const from = `MG${"0".repeat(32)}`;
    await smsChannel.send(firing(), TO, attempt({ twilio: { ...server.settings, from } }));
    const [sms] = await server.waitFor(1);
    expect(sms).toMatchObject({ from: null, messagingServiceSid: from });
  });
});

describe("an answer of Twilio", () => {
  it.each<[TwilioBehaviour, string, string]>([
    ["429", "not_sent", "20429"],
    [{ code: 21610 }, "permanent", "21610"],
    [{ code: 21211 }, "permanent", "21211"],
    [{ code: 21614 }, "permanent", "21614"],
    [{ code: 30006 }, "permanent", "30006"],
    [{ code: 20003, status: 401 }, "permanent", "20003"],
    ["500_not_created", "ambiguous", "20500"],
    ["500_created", "ambiguous", "20500"],
  ])("%j: %s", async (behaviour, outcome, code) => {
    server.setBehaviour(behaviour);
    const result = await smsChannel.send(firing(), TO, first());
    expect(result).toMatchObject({ outcome, reached: [], error: expect.stringContaining(`Twilio ${code}`) });
    expect(JSON.stringify(result)).not.toContain(server.authToken);
    // The SDK does not retry on its own.
    expect(server.requests).toEqual(["POST"]);
  });

  it("tells how long to wait", async () => {
    server.setBehaviour("429");
    expect(await smsChannel.send(firing(), TO, first())).toMatchObject({
      outcome: "not_sent",
      retryAfterS: 7,
    });
  });
});

describe("no answer", () => {
  it.each<TwilioBehaviour>(["timeout_created", "timeout_not_created", "reset"])(
    "%s is ambiguous",
    async (behaviour) => {
      server.setBehaviour(behaviour);
      expect(await smsChannel.send(firing(), TO, impatient())).toMatchObject({
        outcome: "ambiguous",
        reached: [],
      });
    },
  );

  it("a refused connection is not sent", async () => {
    const baseUrl = `http://127.0.0.1:${await closedPort()}`;
    const result = await smsChannel.send(firing(), TO, attempt({ twilio: { ...server.settings, baseUrl } }));
    expect(result).toMatchObject({ outcome: "not_sent", error: expect.stringContaining("ECONNREFUSED") });
  });

  it("a stop before the request is not sent", async () => {
    const result = await smsChannel.send(firing(), TO, first({ signal: AbortSignal.abort() }));
    expect(result).toMatchObject({ outcome: "not_sent" });
    expect(server.requests).toEqual([]);
  });

  it("nothing is tried without settings", async () => {
    expect(smsChannel.isConfigured({ appUrl: "http://localhost" })).toMatchObject({ ok: false });
    expect(await smsChannel.send(firing(), TO, attempt({}))).toMatchObject({ outcome: "not_sent" });
  });
});

describe("after an ambiguity", () => {
  it("finds what the first attempt has left, and sends nothing", async () => {
    server.setBehaviour("timeout_created", 1);
    await smsChannel.send(firing(), TO, impatient());
    const result = await smsChannel.send(firing(), TO, afterAmbiguity());
    expect(result).toMatchObject({ outcome: "sent", providerId: server.messages[0]?.sid });
    expect(server.messages).toHaveLength(1);
    expect(server.requests).toEqual(["POST", "GET"]);
  });

  it("sends again, marked as a repeat, if there is nothing", async () => {
    server.setBehaviour("timeout_not_created", 1);
    await smsChannel.send(firing(), TO, impatient());
    const result = await smsChannel.send(firing(), TO, afterAmbiguity());
    expect(result).toMatchObject({ outcome: "sent", providerId: server.messages[0]?.sid });
    expect(server.messages[0]?.body).toContain(` (repeat) ${REFERENCE} `);
    expect(server.requests).toEqual(["POST", "GET", "POST"]);
  });

  it("does not take another delivery's message for its own", async () => {
    await smsChannel.send(firing(), TO, first({ idempotencyKey: "dlv_zzzzzzzzzzzzzzzzzzzz" }));
    await smsChannel.send(firing(), TO, afterAmbiguity());
    expect(server.messages).toHaveLength(2);
  });

  it("sends nothing while it cannot look", async () => {
    server.failLists(500);
    const result = await smsChannel.send(firing(), TO, afterAmbiguity());
    expect(result).toMatchObject({ outcome: "not_sent", error: expect.stringContaining("look up") });
    expect(server.messages).toHaveLength(0);
  });
});

describe("several numbers", () => {
  it("are told apart: who was reached gets nothing again", async () => {
    const numbers = { to: [NUMBER, "+15551230001", "+15551230002"] };
    server.setNumber("+15551230001", "429");
    server.setNumber("+15551230002", { code: 21610 });
    const before = await smsChannel.send(firing(), numbers, first());
    expect(before).toMatchObject({ outcome: "not_sent", retryAfterS: 7, reached: [{ to: NUMBER }] });

    server.setNumber("+15551230001", "ok");
    const after = await smsChannel.send(firing(), numbers, first({ attempt: 2, reached: before.reached }));
    expect(after).toMatchObject({ outcome: "sent", providerId: server.messages[0]?.sid });
    expect(after.response).toContain("+15551230002: HTTP 400");
    expect(server.messages.map(({ to }) => to)).toEqual([NUMBER, "+15551230001"]);
  });
});

describe("the registry", () => {
  it("knows the channels by their kinds", () => {
    expect(channelOf("sms")).toBe(smsChannel);
    expect(isChannelKind("toString")).toBe(false);
  });
});
