import { beforeAll, describe, expect, it } from "vitest";
import { IMPATIENT } from "../support/channels";
import { insertChannel, insertIncident, makeDue, postpone, queue, read, until } from "../support/deliveries";
import { dispatcherStage } from "../support/dispatching";

const stage = dispatcherStage();
const { start, copies } = stage;
let { runtime, smtp } = stage;
beforeAll(() => {
  ({ runtime, smtp } = stage);
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
