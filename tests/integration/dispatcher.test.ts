import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { setLogLevel } from "@/lib/log";
import { type DispatcherOptions, startDispatcher } from "@/lib/worker/dispatcher";
import { IMPATIENT } from "../support/channels";
import { createRuntime } from "../support/database";
import { insertChannel, insertIncident, makeDue, postpone, queue, read, until } from "../support/deliveries";
import { type SmtpTestServer, startSmtp } from "../support/smtp";
import { startTwilio, type TwilioTestServer } from "../support/twilio";

let runtime: Awaited<ReturnType<typeof createRuntime>>;
let smtp: SmtpTestServer;
let twilio: TwilioTestServer;
const refusals = new Map<string, number>();
const running: { stop(): Promise<void> }[] = [];

/** No wait between attempts: what is to be retried is due at once. */
function start(options: DispatcherOptions = {}) {
  const dispatcher = startDispatcher(runtime, { random: () => 0, ...options });
  running.push(dispatcher);
  return dispatcher;
}

beforeAll(async () => {
  setLogLevel("silent");
  [smtp, twilio] = await Promise.all([
    startSmtp({ recipient: (address) => refusals.get(address) }),
    startTwilio(),
  ]);
  runtime = await createRuntime({
    SMTP_URL: smtp.url,
    MAIL_FROM: "Keygauge <keygauge@example.com>",
    TWILIO_ACCOUNT_SID: twilio.settings.accountSid,
    TWILIO_AUTH_TOKEN: twilio.settings.authToken,
    TWILIO_FROM: twilio.settings.from,
    TWILIO_BASE_URL: twilio.settings.baseUrl,
  });
});
beforeEach(() => {
  smtp.setBehaviour("ok");
  twilio.setBehaviour("ok");
  refusals.clear();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((dispatcher) => dispatcher.stop()));
  await runtime.db.pool.query("TRUNCATE channel, incident CASCADE");
});
afterAll(() => Promise.all([runtime.close(), smtp.close(), twilio.close()]));

const copies = (id: string) => smtp.messages.filter(({ mail }) => mail.messageId === `<${id}@example.com>`);

describe("an accepted message", () => {
  it("is sent once, with its attempt, its timeline and its channel up to date", async () => {
    const channel = await insertChannel(runtime, "email", ["ops@example.com"]);
    const incident = await insertIncident(runtime);
    const id = await queue(runtime, { channel, incident });
    start();
    const row = await until(runtime, id, "sent");
    expect(copies(id)).toHaveLength(1);
    expect(row).toMatchObject({
      attemptCount: 1,
      maybeSent: false,
      providerId: `<${id}@example.com>`,
      reached: [{ to: "ops@example.com", providerId: `<${id}@example.com>` }],
      lastError: null,
      leaseUntil: null,
      channel: { failingSince: null, lastError: null },
    });
    expect(row.finishedAt).not.toBeNull();
    expect(row.channel.lastSentAt).toEqual(row.finishedAt);
    expect(row.attempts).toMatchObject([
      { number: 1, outcome: "sent", response: expect.stringMatching(/^250 OK queued as/), error: null },
    ]);
    const timeline = await runtime.db.prisma.incidentEvent.findMany({ where: { incidentId: incident } });
    expect(timeline).toMatchObject([
      {
        kind: "notified",
        data: {
          delivery: id,
          notification: "firing",
          state: "sent",
          channel,
          channel_name: "email of the team",
          answer: row.attempts[0]?.response,
        },
      },
    ]);
  });

  it("is announced to every server, as is a channel that begins or ceases to fail", async () => {
    const channel = await insertChannel(runtime, "email", ["ops@example.com"]);
    const incident = await insertIncident(runtime);
    const client = await runtime.db.pool.connect();
    const heard: unknown[] = [];
    client.on("notification", ({ payload }) => heard.push(JSON.parse(payload ?? "")));
    await client.query("LISTEN keygauge_changed");
    const heardOf = (...expected: unknown[]) =>
      vi.waitFor(() => {
        expect(heard).toEqual(expected);
        heard.length = 0;
      });
    start();
    const first = await queue(runtime, { channel, incident });
    await heardOf({ entity: "delivery", id: first }, { entity: "incident", id: incident });
    smtp.setBehaviour("550", 2);
    for (const changed of [[{ entity: "channel", id: channel }], [], [{ entity: "channel", id: channel }]]) {
      const id = await queue(runtime, { channel });
      await until(runtime, id, (row) => row.finishedAt !== null);
      await heardOf({ entity: "delivery", id }, ...changed);
    }
    client.release(true);
  });

  it("goes to whoever has not got it yet", async () => {
    refusals.set("b@example.com", 450);
    const channel = await insertChannel(runtime, "email", ["a@example.com", "b@example.com"]);
    const id = await queue(runtime, { channel });
    start({ random: () => 0.9 });
    const waiting = await until(runtime, id, (row) => row.attempts[0]?.outcome === "not_sent");
    expect(waiting.reached).toMatchObject([{ to: "a@example.com" }]);
    refusals.clear();
    await makeDue(runtime, id);
    const row = await until(runtime, id, "sent");
    expect(row.reached).toMatchObject([{ to: "a@example.com" }, { to: "b@example.com" }]);
    expect(copies(id).map(({ recipients }) => recipients)).toEqual([["a@example.com"], ["b@example.com"]]);
  });
});

describe("a message that was not accepted", () => {
  it("is sent again with the same Message-ID", async () => {
    smtp.setBehaviour("450", 2);
    const channel = await insertChannel(runtime, "email", ["ops@example.com"]);
    const id = await queue(runtime, { channel });
    start();
    const row = await until(runtime, id, "sent");
    expect(row.attempts.map(({ outcome }) => outcome)).toEqual(["not_sent", "not_sent", "sent"]);
    expect(row.attempts[0]).toMatchObject({ response: "450 Mailbox busy", providerId: null });
    expect(row.attempts[0]?.error).toContain("450 Mailbox busy");
    expect(row).toMatchObject({ attemptCount: 3, maybeSent: false, lastError: null });
    expect(copies(id)).toHaveLength(1);
  });

  it("waits as long as the provider asks", async () => {
    twilio.setBehaviour("429", 1);
    const channel = await insertChannel(runtime, "sms", ["+15551230000"]);
    const id = await queue(runtime, { channel });
    start();
    const row = await until(runtime, id, (one) => one.attempts[0]?.outcome === "not_sent");
    expect(row.state).toBe("queued");
    const wait = row.nextAttemptAt.getTime() - (row.attempts[0]?.finishedAt?.getTime() ?? 0);
    expect(wait).toBe(7_000);
    await makeDue(runtime, id);
    await until(runtime, id, "sent");
    expect(twilio.messages).toHaveLength(1);
  });

  it("is dead when the provider will never take it, and its channel fails until the next success", async () => {
    smtp.setBehaviour("550", 1);
    const channel = await insertChannel(runtime, "email", ["gone@example.com"]);
    const incident = await insertIncident(runtime);
    const id = await queue(runtime, { channel, incident });
    start();
    const row = await until(runtime, id, "dead");
    expect(row.attempts.map(({ outcome }) => outcome)).toEqual(["permanent"]);
    expect(row.reason).toContain("550 No such mailbox");
    expect(row.channel.failingSince).toEqual(row.finishedAt);
    expect(row.channel.lastError).toBe(row.reason);
    expect(await runtime.db.prisma.incidentEvent.findMany({ where: { incidentId: incident } })).toMatchObject(
      [{ kind: "not_sent", data: { state: "dead", reason: row.reason } }],
    );
    const next = await until(runtime, await queue(runtime, { channel }), "sent");
    expect(next.channel).toMatchObject({ failingSince: null, lastError: null });
  });

  it("is given up after a day", async () => {
    smtp.setBehaviour("450");
    const channel = await insertChannel(runtime, "email", ["ops@example.com"]);
    const [never, maybe] = [await queue(runtime, { channel }), await queue(runtime, { channel })];
    await runtime.db.pool.query(
      "UPDATE delivery SET created_at = now() - interval '24 hours', maybe_sent = id = $1",
      [maybe],
    );
    start();
    const failed = await until(runtime, never, "failed");
    expect(failed.reason).toMatch(/^Given up after 24 hours\. The last error: .*450 Mailbox busy/);
    expect(failed.finishedAt).not.toBeNull();
    expect((await until(runtime, maybe, "unknown")).maybeSent).toBe(true);
  });
});

describe("a message nobody knows of", () => {
  it("is repeated by e-mail with the same Message-ID, and the ambiguity is on record", async () => {
    smtp.setBehaviour("drop_after_data", 1);
    const channel = await insertChannel(runtime, "email", ["ops@example.com"]);
    const id = await queue(runtime, { channel });
    start();
    const row = await until(runtime, id, "sent");
    expect(row.attempts.map(({ outcome }) => outcome)).toEqual(["ambiguous", "sent"]);
    expect(row.maybeSent).toBe(true);
    expect(copies(id)).toHaveLength(2);
  });

  it("is looked for at the provider before an SMS is repeated", async () => {
    const before = twilio.messages.length;
    twilio.setBehaviour("500_created", 1);
    const channel = await insertChannel(runtime, "sms", ["+15551230001"]);
    const id = await queue(runtime, { channel });
    start();
    const row = await until(runtime, id, "sent");
    expect(row.attempts.map(({ outcome }) => outcome)).toEqual(["ambiguous", "sent"]);
    expect(row.attempts[1]?.response).toContain("from an earlier attempt");
    expect(row.providerId).toBe(twilio.messages.at(-1)?.sid);
    expect(twilio.messages).toHaveLength(before + 1);
  });
});

describe("order", () => {
  it("keeps a resolution behind its firing", async () => {
    smtp.setBehaviour("drop_after_data", 1);
    const channel = await insertChannel(runtime, "email", ["ops@example.com"]);
    const incident = await insertIncident(runtime);
    const fired = await queue(runtime, { channel, incident });
    start({ random: () => 0.9 });
    await until(runtime, fired, (row) => row.attempts[0]?.outcome === "ambiguous");
    await postpone(runtime, fired);
    const resolved = await queue(runtime, { channel, incident, kind: "resolved" });
    // Somebody else's message is not held up by it.
    await until(runtime, await queue(runtime, { channel, incident: await insertIncident(runtime) }), "sent");
    expect(await read(runtime, resolved)).toMatchObject({
      state: "queued",
      kind: "resolved",
      attemptCount: 0,
    });
    await makeDue(runtime, fired);
    const last = await until(runtime, resolved, "sent");
    const first = await read(runtime, fired);
    expect(first.state).toBe("sent");
    expect(last.attempts[0]?.startedAt.getTime()).toBeGreaterThanOrEqual(first.finishedAt?.getTime() ?? 0);
  });

  it("makes one message of a firing that was never sent and its recovery", async () => {
    smtp.setBehaviour("450");
    const channel = await insertChannel(runtime, "email", ["ops@example.com"]);
    const incident = await insertIncident(runtime);
    const startedAt = Date.UTC(2026, 10, 23, 13, 0);
    const fired = await queue(runtime, {
      channel,
      incident,
      notification: { severity: "warning", incident: { id: incident, startedAt } },
    });
    start({ random: () => 0.9 });
    await until(runtime, fired, (row) => row.attempts[0]?.outcome === "not_sent");
    await postpone(runtime, fired);
    const waiting = await read(runtime, fired);
    const escalated = await queue(runtime, {
      channel,
      incident,
      kind: "escalated",
      notification: { value: 990, severity: "critical", incident: { id: incident, startedAt } },
    });
    const resolved = await queue(runtime, {
      channel,
      incident,
      kind: "resolved",
      notification: { value: 3, incident: { id: incident, startedAt, resolvedAt: startedAt + 60_000 } },
    });
    const merged = await until(runtime, resolved, (row) => row.kind === "fired_and_recovered");
    expect(merged).toMatchObject({
      state: "queued",
      notification: {
        kind: "fired_and_recovered",
        severity: "critical",
        value: 990,
        incident: { startedAt, resolvedAt: startedAt + 60_000 },
      },
    });
    expect(merged.nextAttemptAt).toEqual(waiting.nextAttemptAt);
    const reason = `Recovered before it was sent: told together with the recovery in ${resolved}`;
    for (const id of [fired, escalated]) {
      expect(await until(runtime, id, "suppressed")).toMatchObject({ reason, finishedAt: expect.any(Date) });
    }
    smtp.setBehaviour("ok");
    await makeDue(runtime, resolved);
    await until(runtime, resolved, "sent");
    expect([fired, escalated, resolved].map((id) => copies(id).length)).toEqual([0, 0, 1]);
    expect(copies(resolved)[0]?.mail.text).toContain("Fired, and has recovered since");
    const events = await runtime.db.prisma.incidentEvent.findMany({ where: { incidentId: incident } });
    expect(events.map(({ kind }) => kind).sort()).toEqual(["not_sent", "not_sent", "notified"]);
  });

  it("merges what both waited before a worker came", async () => {
    const channel = await insertChannel(runtime, "email", ["ops@example.com"]);
    const incident = await insertIncident(runtime);
    const fired = await queue(runtime, { channel, incident });
    const resolved = await queue(runtime, { channel, incident, kind: "resolved" });
    start();
    await until(runtime, resolved, "sent");
    expect((await read(runtime, fired)).state).toBe("suppressed");
    expect(copies(resolved)).toHaveLength(1);
  });
});

describe("a channel that takes nothing", () => {
  it("has its waiting messages suppressed with the reason", async () => {
    const off = await insertChannel(runtime, "email", ["ops@example.com"]);
    const gone = await insertChannel(runtime, "email", ["ops@example.com"]);
    await runtime.db.prisma.channel.update({ where: { id: off }, data: { enabled: false } });
    await runtime.db.prisma.channel.update({ where: { id: gone }, data: { deletedAt: new Date() } });
    const incident = await insertIncident(runtime);
    const ids = [
      await queue(runtime, { channel: off, incident }),
      await queue(runtime, { channel: gone, incident }),
    ] as const;
    start();
    expect((await until(runtime, ids[0], "suppressed")).reason).toBe("The channel was switched off");
    expect((await until(runtime, ids[1], "suppressed")).reason).toBe("The channel was deleted");
    expect(await runtime.db.prisma.incidentEvent.count({ where: { incidentId: incident } })).toBe(2);
  });

  it("has a configuration that cannot be used: the message is dead, and says why", async () => {
    const channel = await insertChannel(runtime, "email", ["not an address"]);
    const row = await (async () => {
      const id = await queue(runtime, { channel });
      start();
      return until(runtime, id, "dead");
    })();
    expect(row.reason).toContain("config.to.0: expected an e-mail address");
  });

  it("does not hold up another", async () => {
    smtp.setBehaviour("no_greeting");
    const stuck = await insertChannel(runtime, "email", ["ops@example.com"]);
    const free = await insertChannel(runtime, "sms", ["+15551230002"]);
    for (let i = 0; i < 12; i++) await queue(runtime, { channel: stuck });
    const id = await queue(runtime, { channel: free });
    start({ atOnce: 8, perChannel: 4, timeouts: IMPATIENT });
    await until(runtime, id, "sent");
    const { rows } = await runtime.db.pool.query(
      "SELECT DISTINCT state, attempt_count FROM delivery WHERE channel_id = $1 ORDER BY attempt_count",
      [stuck],
    );
    expect(rows).toEqual([
      { state: "queued", attempt_count: 0 },
      { state: "sending", attempt_count: 1 },
    ]);
    smtp.setBehaviour("ok");
  });
});

it("hands a message over as soon as it is woken", async () => {
  const channel = await insertChannel(runtime, "email", ["ops@example.com"]);
  const dispatcher = start();
  const waits: number[] = [];
  for (let i = 0; i < 15; i++) {
    const id = await queue(runtime, { channel });
    const at = performance.now();
    dispatcher.wake();
    await smtp.waitFor(() => copies(id).length > 0);
    waits.push(performance.now() - at);
  }
  waits.sort((a, b) => a - b);
  // The poll alone would make it half a second.
  expect(waits[7]).toBeLessThan(250);
});
