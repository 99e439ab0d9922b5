import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { POST as LEAVE, GET as LEAVE_PAGE } from "@/app/(ack)/unsubscribe/[token]/route";
import { SYSTEM } from "@/lib/domain/access/actor";
import { ruleInputSchema } from "@/lib/domain/alerting/rule";
import { createChannel, testChannel } from "@/lib/features/channels/commands";
import { getChannel } from "@/lib/features/channels/queries";
import { describeSubscription, unsubscribeLink } from "@/lib/features/channels/unsubscribe";
import { acknowledgeIncident } from "@/lib/features/incidents/commands";
import { setLogLevel } from "@/lib/log";
import { type Dispatcher, startDispatcher } from "@/lib/worker/dispatcher";
import { call } from "../support/call";
import { createRuntime } from "../support/database";
import { insertIncident, queue, until } from "../support/deliveries";
import { type HttpTestServer, startHttp } from "../support/http";
import { type SmtpTestServer, startSmtp } from "../support/smtp";

// Channels through commands, queue and dispatcher, up to what arrives.

let runtime: Awaited<ReturnType<typeof createRuntime>>;
let http: HttpTestServer;
let smtp: SmtpTestServer;
let dispatcher: Dispatcher;

beforeAll(async () => {
  setLogLevel("silent");
  [http, smtp] = await Promise.all([startHttp(), startSmtp()]);
  runtime = await createRuntime({
    SMTP_URL: smtp.url,
    MAIL_FROM: "keygauge@example.com",
    KEYGAUGE_ALLOW_HOSTS: "127.0.0.1",
  });
  dispatcher = startDispatcher(runtime, { random: () => 0 });
});
beforeEach(() => runtime.db.pool.query("TRUNCATE channel, incident CASCADE"));
afterAll(async () => {
  await dispatcher.stop();
  await Promise.all([runtime.close(), http.close(), smtp.close()]);
});

const definition = ruleInputSchema.parse({
  name: "Requests near the limit",
  metric: "requests",
  window: "5m",
  operator: ">=",
  tiers: [{ severity: "critical", threshold: 950 }],
});

/** An open incident that can be read. */
async function open(): Promise<string> {
  const id = await insertIncident(runtime);
  await runtime.db.prisma.incident.update({
    where: { id },
    data: { rule: JSON.parse(JSON.stringify(definition)) },
  });
  return id;
}

const create = async (kind: string, config: object): Promise<string> =>
  (await createChannel({ actor: SYSTEM, input: { name: `The ${kind}`, kind, config } })).id;

describe("an incident system", () => {
  it("hears of each step at once, acknowledgement included, under one key", async () => {
    const channel = await create("pagerduty", { routing_key: "KQ7secretkeyK9", url: http.url });
    const incident = await open();
    const before = http.requests.length;
    await until(runtime, await queue(runtime, { channel, incident }), "sent");
    await acknowledgeIncident({ actor: { ...SYSTEM, name: "Olga" }, id: incident });
    await http.waitFor(before + 2);
    const resolved = await queue(runtime, { channel, incident, kind: "resolved" });
    await until(runtime, resolved, "sent");
    expect(http.requests.slice(before).map(({ json }) => [json.event_action, json.dedup_key])).toEqual([
      ["trigger", incident],
      ["acknowledge", incident],
      ["resolve", incident],
    ]);
    const rows = await runtime.db.prisma.delivery.findMany({
      where: { channelId: channel },
      orderBy: { seq: "asc" },
    });
    expect(rows.map(({ kind, state }) => [kind, state])).toEqual([
      ["firing", "sent"],
      ["acknowledged", "sent"],
      ["resolved", "sent"],
    ]);
  });

  it("closes what it knew under an id that the incident had before", async () => {
    const channel = await create("opsgenie", { api_key: "KQ7secretkeyK9", url: http.url });
    const incident = await open();
    const former = { incident: { id: "inc_former", startedAt: 0 } };
    const before = http.requests.length;
    await until(runtime, await queue(runtime, { channel, incident, notification: former }), "sent");
    await until(runtime, await queue(runtime, { channel, incident, kind: "escalated" }), "sent");
    const paths = http.requests.slice(before).map(({ path }) => path);
    expect(paths.slice(0, 3)).toEqual([
      "/v2/alerts",
      "/v2/alerts/inc_former/close?identifierType=alias",
      "/v2/alerts",
    ]);
  });

  it("people's channels are not told of an acknowledgement", async () => {
    const channel = await create("email", { to: ["ops@example.com"] });
    const incident = await open();
    await until(runtime, await queue(runtime, { channel, incident }), "sent");
    await acknowledgeIncident({ actor: SYSTEM, id: incident });
    expect(await runtime.db.prisma.delivery.count({ where: { channelId: channel } })).toBe(1);
  });
});

describe("a webhook", () => {
  it("that is gone is dead, one that redirects too, and both are shown", async () => {
    const channel = await create("webhook", { url: `${http.url}/hook` });
    for (const behaviour of [{ status: 410 }, { status: 302, headers: { location: "http://10.0.0.1/" } }]) {
      http.setBehaviour(behaviour, 1);
      const { state, reason } = await testChannel({ actor: SYSTEM, id: channel });
      expect(state).toBe("dead");
      expect(reason).toMatch(behaviour.status === 410 ? /gone for good/ : /redirects to 10\.0\.0\.1/);
      expect(await getChannel(channel)).toMatchObject({
        failing_since: expect.any(String),
        last_error: reason,
      });
    }
  });

  it("that asks to wait gets the same message again, not before", async () => {
    const channel = await create("webhook", { url: `${http.url}/hook` });
    const incident = await open();
    http.setBehaviour({ status: 429, headers: { "retry-after": "3600" } }, 1);
    const before = http.requests.length;
    const id = await queue(runtime, { channel, incident });
    const waiting = await until(runtime, id, (row) => row.attempts[0]?.outcome === "not_sent");
    expect(waiting.state).toBe("queued");
    expect(
      waiting.nextAttemptAt.getTime() - (waiting.attempts[0]?.finishedAt?.getTime() ?? 0),
    ).toBeGreaterThan(3_590_000);
    await runtime.db.pool.query("UPDATE delivery SET next_attempt_at = now() WHERE id = $1", [id]);
    dispatcher.wake();
    await until(runtime, id, "sent");
    const ids = http.requests.slice(before).map(({ headers }) => headers["webhook-id"]);
    expect(ids).toEqual([id, id]);
  });

  it("at a private address that is not allowed is dead, and nothing connects", async () => {
    const channel = await create("webhook", { url: `http://[::1]:${http.port}/hook` });
    const { state, reason } = await testChannel({ actor: SYSTEM, id: channel });
    expect([state, reason]).toEqual(["dead", expect.stringContaining("KEYGAUGE_ALLOW_HOSTS")]);
  });
});

describe("a recipient of e-mails", () => {
  const leave = (link: string) => {
    const token = link.slice(link.lastIndexOf("/") + 1);
    return { token, post: () => call(LEAVE, { method: "POST", params: { token } }) };
  };

  it("leaves by one POST of the link in its mail, without a session", async () => {
    const channel = await create("email", { to: ["Ops@example.com", "other@example.com"] });
    const before = smtp.messages.length;
    await testChannel({ actor: SYSTEM, id: channel });
    const mails = (await smtp.waitFor(before + 2)).slice(before);
    const raw = mails.find(({ recipients }) => recipients[0] === "Ops@example.com")?.raw ?? "";
    const header = /^List-Unsubscribe:\s*<([^>]+)>/m.exec(raw.replace(/\r\n\s+/g, ""));
    const { token, post } = leave(header?.[1] ?? expect.fail("the mail has no link"));
    expect(raw).toContain("List-Unsubscribe-Post: List-Unsubscribe=One-Click");

    const page = await call(LEAVE_PAGE, { params: { token } });
    expect([page.status, page.headers.get("location")]).toEqual([303, `/unsubscribe/${token}/confirm`]);
    expect(await describeSubscription(token)).toMatchObject({ address: "Ops@example.com", subscribed: true });

    expect((await post()).status).toBe(204);
    expect((await post()).status).toBe(204);
    expect((await getChannel(channel)).config).toEqual({ to: ["other@example.com"] });
    expect(await describeSubscription(token)).toMatchObject({ subscribed: false });
    const audit = await runtime.db.prisma.auditEntry.findMany({ where: { action: "channel.unsubscribe" } });
    expect(audit.map(({ entityId, actorName, changes }) => [entityId, actorName, changes])).toEqual([
      [channel, "Recipient of The email", { address: "Ops@example.com" }],
    ]);
  });

  it("that is the last one switches the channel off", async () => {
    const channel = await create("email", { to: ["ops@example.com"] });
    const { token, post } = leave(unsubscribeLink(channel, "ops@example.com"));
    expect((await post()).status).toBe(204);
    expect(await getChannel(channel)).toMatchObject({ enabled: false, config: { to: ["ops@example.com"] } });
    expect(await describeSubscription(token)).toMatchObject({ subscribed: false });
  });

  it("leaves nothing by a link that was not made here, or of a channel that is gone", async () => {
    const channel = await create("email", { to: ["ops@example.com", "other@example.com"] });
    const [payload = "", signature = ""] = leave(unsubscribeLink(channel, "ops@example.com")).token.split(
      ".",
    );
    const forged = Buffer.from(`${channel}\0other@example.com`).toString("base64url");
    for (const token of [`${forged}.${signature}`, payload, `${payload}.x`, "x"]) {
      expect((await call(LEAVE, { method: "POST", params: { token } })).status).toBe(404);
    }
    expect((await leave(unsubscribeLink("chan_gone", "ops@example.com")).post()).status).toBe(404);
    expect((await getChannel(channel)).config).toEqual({ to: ["ops@example.com", "other@example.com"] });
  });
});
