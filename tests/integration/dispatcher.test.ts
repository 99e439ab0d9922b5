import { beforeAll, describe, expect, it, vi } from "vitest";
import { insertChannel, insertIncident, makeDue, queue, until } from "../support/deliveries";
import { dispatcherStage } from "../support/dispatching";

const stage = dispatcherStage();
const { start, copies, refusals } = stage;
let { runtime, smtp, twilio } = stage;
beforeAll(() => {
  ({ runtime, smtp, twilio } = stage);
});

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
      }, 20_000);
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
