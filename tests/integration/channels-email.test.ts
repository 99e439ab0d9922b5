import { afterEach, describe, expect, it } from "vitest";
import { emailChannel } from "@/lib/channels/email/channel";
import { attempt, closedPort, firing, IMPATIENT } from "../support/channels";
import { type SmtpBehaviour, type SmtpOptions, type SmtpTestServer, startSmtp } from "../support/smtp";

const TO = { to: ["ops@example.com"] };
const MESSAGE_ID = "<dlv_0123456789abcdefghjk@example.com>";
const THREAD_ID = "<inc_0123456789abcdefghjk@example.com>";
const MAIL_FROM = "Keygauge <keygauge@example.com>";

const servers: SmtpTestServer[] = [];

async function smtp(options: SmtpOptions = {}) {
  const server = await startSmtp(options);
  servers.push(server);
  return server;
}

const through = (server: SmtpTestServer, overrides = {}) =>
  attempt({ smtpUrl: server.url, mailFrom: MAIL_FROM }, overrides);

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

describe("an accepted mail", () => {
  it("arrives in two parts with its headers", async () => {
    const server = await smtp();
    const unsubscribe = () => "https://keygauge.example.com/u/1?t=a&b=c";
    const result = await emailChannel.send(firing(), TO, through(server, { unsubscribe }));
    expect(result).toMatchObject({
      outcome: "sent",
      providerId: MESSAGE_ID,
      reached: [{ to: "ops@example.com" }],
    });
    expect(result.response).toMatch(/^250 OK queued as/);

    const [received] = await server.waitFor(1);
    const { mail, raw } = received ?? expect.fail("nothing arrived");
    expect(mail.subject).toBe("[critical] prod-chat-2: 952 requests in 5 min (≥ 950)");
    expect(mail.from?.text).toBe('"Keygauge" <keygauge@example.com>');
    expect(mail.text).toContain("952 requests in 5 min");
    expect(mail.text).toContain("Stop these messages: https://keygauge.example.com/u/1?t=a&b=c");
    expect(mail.html).toContain("952 requests");
    expect(mail.messageId).toBe(MESSAGE_ID);
    expect(mail.inReplyTo).toBe(THREAD_ID);
    expect(mail.references).toBe(THREAD_ID);
    expect(mail.date?.getTime()).toBe(firing().at);
    expect(mail.headers.get("auto-submitted")).toBe("auto-generated");
    const headers = raw.slice(0, raw.indexOf("\r\n\r\n")).replace(/\r\n\s+/g, " ");
    expect(headers).toContain("List-Unsubscribe: <https://keygauge.example.com/u/1?t=a&b=c>");
    expect(headers).toContain("List-Unsubscribe-Post: List-Unsubscribe=One-Click");
  });

  it("has no thread and no unsubscription when there is nothing to point to", async () => {
    const server = await smtp();
    await emailChannel.send(firing({ incident: null }), TO, through(server));
    const [received] = await server.waitFor(1);
    expect(received?.mail.references).toBeUndefined();
    expect(received?.raw).not.toMatch(/^List-/m);
  });

  it("comes from the host of the console where MAIL_FROM is not set", async () => {
    const server = await smtp();
    await emailChannel.send(
      firing(),
      TO,
      attempt({ smtpUrl: server.url, appUrl: "http://gauge.example.org:3000" }),
    );
    const [received] = await server.waitFor(1);
    expect(received?.mail.from?.value[0]?.address).toBe("keygauge@gauge.example.org");
    expect(received?.mail.messageId).toBe("<dlv_0123456789abcdefghjk@gauge.example.org>");
  });

  it("keeps hostile names out of its headers", async () => {
    const server = await smtp();
    const name = `a\r\nBcc: victim@example.com\r\n\r\n<script>\u202e${"W".repeat(10_000)}`;
    const subject = { kind: "key", name, hint: name, provider: name } as const;
    await emailChannel.send(firing({ subject, rule: { id: "rule_1", name } }), TO, through(server));
    const [received] = await server.waitFor(1);
    expect(received?.recipients).toEqual(["ops@example.com"]);
    expect(received?.mail.headers.has("bcc")).toBe(false);
    expect(received?.mail.subject).toMatch(
      /^\[critical\] a Bcc: victim@example\.com <script> W+…: 952 requests/,
    );
    expect(received?.mail.html).not.toContain("<script");
  });

  it("repeats the same mail after an ambiguity", async () => {
    const server = await smtp();
    server.setBehaviour("drop_after_data", 1);
    expect(await emailChannel.send(firing(), TO, through(server))).toMatchObject({ outcome: "ambiguous" });
    const again = await emailChannel.send(
      firing(),
      TO,
      through(server, { attempt: 2, maybeSentBefore: true }),
    );
    expect(again.outcome).toBe("sent");
    const [first, second] = await server.waitFor(2);
    expect(first?.mail.messageId).toBe(MESSAGE_ID);
    expect(second?.mail.messageId).toBe(MESSAGE_ID);
    expect(second?.mail.subject).toBe(first?.mail.subject);
  });
});

describe("an answer of the server", () => {
  it.each<[SmtpBehaviour, string]>([
    ["421", "not_sent"],
    ["450", "not_sent"],
    ["451_after_data", "not_sent"],
    ["550", "permanent"],
    ["554_after_data", "permanent"],
    ["drop_before_data", "not_sent"],
    ["no_greeting", "not_sent"],
    ["drop_after_data", "ambiguous"],
    ["silent_after_data", "ambiguous"],
  ])("%s: %s", async (behaviour, outcome) => {
    const server = await smtp({ behaviour });
    const silent = behaviour === "no_greeting" || behaviour === "silent_after_data";
    const settings = { smtpUrl: server.url, mailFrom: MAIL_FROM, ...(silent ? { timeouts: IMPATIENT } : {}) };
    const result = await emailChannel.send(firing(), TO, attempt(settings));
    expect(result).toMatchObject({ outcome, reached: [] });
    expect(result).toHaveProperty("error", expect.stringMatching(/\S/));
    if (/^\d/.test(behaviour)) expect(result.response).toMatch(new RegExp(`^${behaviour.slice(0, 3)} `));
    // One session an attempt: retries are the dispatcher's.
    expect(server.connections).toBe(1);
    expect(server.messages).toHaveLength(outcome === "ambiguous" ? 1 : 0);
  });

  it("wrong credentials are permanent, and the password is not repeated", async () => {
    const server = await smtp({ auth: { user: "gauge", pass: "right" } });
    const url = server.url.replace(":right@", ":wr%40ng-one@");
    const result = await emailChannel.send(firing(), TO, attempt({ smtpUrl: url }));
    expect(result).toMatchObject({ outcome: "permanent" });
    expect(result.response).toMatch(/^535 /);
    expect(JSON.stringify(result)).not.toMatch(/wr(@|%40)ng-one/);
  });

  it("right credentials are used", async () => {
    const server = await smtp({ auth: { user: "gauge", pass: "p@ss:word/1" } });
    expect(await emailChannel.send(firing(), TO, through(server))).toMatchObject({ outcome: "sent" });
  });
});

describe("no answer", () => {
  it("a refused connection is not sent", async () => {
    const smtpUrl = `smtp://127.0.0.1:${await closedPort()}`;
    const result = await emailChannel.send(firing(), TO, attempt({ smtpUrl }));
    expect(result).toMatchObject({ outcome: "not_sent", error: expect.stringContaining("ECONNREFUSED") });
  });

  it("a host without an address is not sent", async () => {
    const result = await emailChannel.send(firing(), TO, attempt({ smtpUrl: "smtp://nowhere.invalid:25" }));
    expect(result).toMatchObject({ outcome: "not_sent" });
  });

  it("a stop before the mail is under way is not sent", async () => {
    const server = await smtp({ behaviour: "no_greeting" });
    const stopped = AbortSignal.abort();
    const result = await emailChannel.send(firing(), TO, through(server, { signal: stopped }));
    expect(result).toMatchObject({ outcome: "not_sent" });
  });

  it("a stop once the server has the mail is ambiguous", async () => {
    const server = await smtp({ behaviour: "silent_after_data" });
    const stop = new AbortController();
    const sending = emailChannel.send(firing(), TO, through(server, { signal: stop.signal }));
    await server.waitFor(1);
    stop.abort();
    expect(await sending).toMatchObject({ outcome: "ambiguous" });
  });

  it("nothing is tried without SMTP_URL", async () => {
    expect(emailChannel.isConfigured({ appUrl: "http://localhost" })).toEqual({
      ok: false,
      missing: "SMTP_URL",
    });
    expect(await emailChannel.send(firing(), TO, attempt({}))).toMatchObject({ outcome: "not_sent" });
  });
});

describe("several recipients", () => {
  const all = { to: ["a@example.com", "busy@example.com", "gone@example.com"] };

  it("are told apart: the deferred one is tried again, alone", async () => {
    let busy: number | undefined = 450;
    const codes = (address: string) =>
      address.startsWith("busy") ? busy : address.startsWith("gone") ? 550 : undefined;
    const server = await smtp({ recipient: codes });
    const first = await emailChannel.send(firing(), all, through(server));
    expect(first).toMatchObject({ outcome: "not_sent", reached: [{ to: "a@example.com" }] });
    expect(first).toHaveProperty("error", expect.stringMatching(/^busy@example\.com: .*450/));

    busy = undefined;
    const second = await emailChannel.send(
      firing(),
      all,
      through(server, { attempt: 2, reached: first.reached }),
    );
    expect(second).toMatchObject({ outcome: "sent" });
    expect(second.reached.map(({ to }) => to)).toEqual(["a@example.com", "busy@example.com"]);
    expect(second.response).toContain("gone@example.com: 550");
    const received = await server.waitFor(2);
    expect(received.map(({ recipients }) => recipients)).toEqual([["a@example.com"], ["busy@example.com"]]);
  });

  it("have a link of their own to leave by", async () => {
    const server = await smtp();
    const unsubscribe = (to: string) => `https://keygauge.example.com/u/${to}`;
    const result = await emailChannel.send(firing(), all, through(server, { unsubscribe }));
    expect(result.reached.map(({ to }) => to)).toEqual(all.to);
    for (const { recipients, raw, mail } of await server.waitFor(3)) {
      expect(recipients).toHaveLength(1);
      const headers = raw.slice(0, raw.indexOf("\r\n\r\n")).replace(/\r\n\s+/g, " ");
      expect(headers).toContain(`List-Unsubscribe: <https://keygauge.example.com/u/${recipients[0]}>`);
      expect(mail.messageId).toBe(MESSAGE_ID);
    }
  });

  it("who have all been reached get nothing more", async () => {
    const server = await smtp();
    const reached = all.to.map((to) => ({ to }));
    expect(await emailChannel.send(firing(), all, through(server, { reached }))).toMatchObject({
      outcome: "sent",
      reached,
    });
    expect(server.connections).toBe(0);
  });
});

describe("render", () => {
  it("is what is kept when nothing is configured", () => {
    const { settings, idempotencyKey, maybeSentBefore } = attempt({});
    const message = emailChannel.render(firing(), TO, { settings, idempotencyKey, maybeSentBefore });
    expect(message).toMatchObject({
      from: "Keygauge <keygauge@keygauge.example.com>",
      to: ["ops@example.com"],
    });
    expect(message.subject).toContain("[critical]");
    expect(message.html).toContain("952 requests");
  });
});
