import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { GET as BUDGET, PUT } from "@/app/api/v1/settings/sms-budget/route";
import { SYSTEM } from "@/lib/domain/access/actor";
import { updateChannel } from "@/lib/features/channels/commands";
import { setSmsBudget } from "@/lib/features/sms-budget/commands";
import { createToken } from "@/lib/features/tokens/commands";
import { call, issuesOf } from "../support/call";
import { insertChannel, insertIncident, postpone, queue, read, until } from "../support/deliveries";
import { dispatcherStage } from "../support/dispatching";

const stage = dispatcherStage();
const { start, copies, wake, refusals } = stage;
let { runtime, smtp, twilio } = stage;
let token: string;
beforeAll(async () => {
  ({ runtime, smtp, twilio } = stage);
  token = (await createToken({ actor: SYSTEM, input: { name: "test", role: "admin" } })).token;
});
beforeEach(() =>
  runtime.db.pool.query("TRUNCATE send_bucket, sms_usage; DELETE FROM setting WHERE name = 'sms_budget'"),
);

const NUMBER = "+15551230000";
const mail = () => insertChannel(runtime, "email", ["ops@example.com"]);
const phone = () => insertChannel(runtime, "sms", [NUMBER]);

/** A new message of a rule and an incident of its own. */
async function fire(channel: string, rule: string, kind: "firing" | "resolved" = "firing", critical = false) {
  const incident = await insertIncident(runtime);
  const notification = {
    rule: { id: rule, name: rule },
    severity: critical ? "critical" : "warning",
  } as const;
  const id = await queue(runtime, { channel, incident, kind, notification, fresh: true });
  wake();
  return id;
}

async function endHolds(): Promise<void> {
  await runtime.db.pool.query(
    "UPDATE delivery SET held_until = now() WHERE held_until IS NOT NULL AND admitted_at IS NULL",
  );
  wake();
}

/** Quiet from an hour ago to an hour from now, in UTC. */
function quietNow(critical_breaks_through: boolean) {
  const clock = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16);
  const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
  return { time_zone: "UTC", spans: [{ days, from: clock(-1), to: clock(1) }], critical_breaks_through };
}

const quiet = (id: string, quiet_hours: unknown) =>
  updateChannel({ actor: SYSTEM, id, input: { quiet_hours } });

describe("quiet hours", () => {
  it("hold everything but what may break through, and end with one digest", async () => {
    const channel = await mail();
    await quiet(channel, quietNow(true));
    start();
    const held = [
      await fire(channel, "r1"),
      await fire(channel, "r2"),
      await fire(channel, "r3", "resolved", true),
    ];
    const critical = await fire(channel, "r4", "firing", true);
    await until(runtime, critical, "sent");
    for (const id of held) {
      const row = await until(runtime, id, ({ hold }) => hold === "quiet");
      expect((row.heldUntil?.getTime() ?? 0) - Date.now()).toBeGreaterThan(58 * 60_000);
    }
    expect(await quiet(channel, null)).toMatchObject({ quiet_hours: null });
    wake();
    // They were looked at anew: the calendar has changed.
    for (const id of held) await until(runtime, id, "sent");

    await quiet(channel, quietNow(false));
    const night = [await fire(channel, "r5", "firing", true), await fire(channel, "r6")];
    for (const id of night) await until(runtime, id, ({ hold }) => hold === "quiet");
    // Still quiet: what is due is held on.
    await endHolds();
    for (const id of night)
      await until(runtime, id, ({ heldUntil }) => (heldUntil?.getTime() ?? 0) > Date.now() + 60_000);
    await runtime.db.pool.query("UPDATE channel SET quiet_hours = NULL WHERE id = $1", [channel]);
    await endHolds();
    const digest = (await until(runtime, night[0] ?? "", "suppressed")).toldBy ?? "";
    await until(runtime, digest, "sent");
    expect((await read(runtime, night[1] ?? "")).toldBy).toBe(digest);
    expect(copies(digest)[0]?.mail.text).toContain("Alerts of the quiet hours");
  });

  it("are refused by field when they make no sense", async () => {
    const channel = await mail();
    await expect(
      quiet(channel, { time_zone: "UTC", spans: [{ days: ["mon"], from: "9", to: "10:00" }] }),
    ).rejects.toThrow("quiet_hours.spans.0.from: expected a time such as 22:00");
  });
});

describe("limits", () => {
  it("hold what a number gets too much of, and tell it as one", async () => {
    const channel = await phone();
    start();
    const ids: string[] = [];
    for (let i = 0; i < 13; i++) ids.push(await fire(channel, `r${i}`));
    const rows = await Promise.all(
      ids.map((id) => until(runtime, id, (row) => row.state === "sent" || row.hold !== null)),
    );
    expect(rows.map(({ state, hold }) => hold ?? state)).toEqual([
      ...Array(10).fill("sent"),
      ...Array(3).fill("limit"),
    ]);
    // Due, but there is no token yet: held on.
    await endHolds();
    await until(
      runtime,
      ids[12] ?? "",
      ({ hold, heldUntil }) => hold === "limit" && (heldUntil?.getTime() ?? 0) > Date.now(),
    );
    expect(twilio.messages.filter(({ to }) => to === NUMBER)).toHaveLength(10);
    await runtime.db.pool.query("UPDATE send_bucket SET filled_at = filled_at - interval '1 minute'");
    await endHolds();
    const digest = (await until(runtime, ids[12] ?? "", "suppressed")).toldBy ?? "";
    await until(runtime, digest, "sent");
    expect(twilio.messages.at(-1)?.body).toMatch(/^WARNING 3 alerts: 3 warning .*#/);
    expect(
      new Set(await Promise.all(ids.slice(10).map(async (id) => (await read(runtime, id)).toldBy))),
    ).toEqual(new Set([digest]));
  });
});

describe("the SMS budget", () => {
  it("used up, becomes an e-mail, and counts what Twilio has taken", async () => {
    const sms = await phone();
    const to = await mail();
    await setSmsBudget({ actor: SYSTEM, input: { per_day: 2, channel: to } });
    start();
    for (const rule of ["r1", "r2"]) await until(runtime, await fire(sms, rule), "sent");
    const over = await fire(sms, "r3");
    const row = await until(runtime, over, "suppressed");
    expect(row.reason).toBe("The SMS budget is used up: told by email of the team");
    const instead = await until(runtime, row.toldBy ?? "", "sent");
    expect(instead).toMatchObject({ channelId: to, origin: "budget", originId: over });
    expect(copies(instead.id)).toHaveLength(1);
    const { body } = await call(BUDGET, { token });
    expect(body).toEqual({
      per_day: 2,
      per_month: null,
      time_zone: "UTC",
      channel: to,
      used_today: 2,
      used_this_month: 2,
    });
  });

  it("used up, waits for its next day where nobody else can be told", async () => {
    const sms = await phone();
    await setSmsBudget({ actor: SYSTEM, input: { per_month: 0, time_zone: "Europe/Berlin" } });
    start();
    const id = await fire(sms, "r1");
    expect(await until(runtime, id, ({ hold }) => hold === "budget")).toMatchObject({
      state: "queued",
      attemptCount: 0,
    });
    await setSmsBudget({ actor: SYSTEM, input: {} });
    wake();
    await until(runtime, id, "sent");
  });

  it("is an administrator's, and refuses what is no budget", async () => {
    const { token: operator } = await createToken({ actor: SYSTEM, input: { name: "op", role: "operator" } });
    expect((await call(PUT, { method: "PUT", token: operator, body: {} })).status).toBe(403);
    const bad = await call(PUT, { method: "PUT", token, body: { per_day: -1, time_zone: "Mars" } });
    expect(bad.status).toBe(422);
    expect(issuesOf(bad)).toEqual(["per_day", "time_zone"]);
    const sms = await phone();
    expect(issuesOf(await call(PUT, { method: "PUT", token, body: { channel: sms } }))).toEqual(["channel"]);
  });
});

describe("a message that cannot be delivered", () => {
  it("goes to the fallback channel, and its channel's failing is told once", async () => {
    const [broken, fallback] = [await insertChannel(runtime, "email", ["gone@example.com"]), await phone()];
    refusals.set("gone@example.com", 550);
    await updateChannel({ actor: SYSTEM, id: broken, input: { fallback } });
    start();
    const first = await until(runtime, await fire(broken, "r1"), "dead");
    const other = await until(runtime, await fire(broken, "r2"), "dead");
    for (const row of [first, other]) {
      expect(row.reason).toMatch(/550.*Told by sms of the team instead$/);
      const instead = await until(runtime, row.toldBy ?? "", "sent");
      expect(instead).toMatchObject({
        channelId: fallback,
        origin: "fallback",
        originId: row.id,
        kind: "firing",
      });
      expect(instead.reason).toContain("email of the team could not deliver it");
    }
    await twilio.waitFor((messages) => messages.some(({ body }) => body.startsWith("FAILING channel ")));
    const notices = () =>
      runtime.db.prisma.delivery.findMany({ where: { kind: "channel_failing" }, include: { channel: true } });
    expect(await notices()).toMatchObject([{ channelId: fallback, state: "sent" }]);

    // It works again, and fails anew within the hour: shown, not told.
    refusals.clear();
    await until(runtime, await fire(broken, "r3"), "sent");
    expect((await read(runtime, first.id)).channel.failingSince).toBeNull();
    refusals.set("gone@example.com", 550);
    await until(runtime, await fire(broken, "r4"), "dead");
    await until(runtime, await queue(runtime, { channel: fallback }), "sent");
    expect(await notices()).toHaveLength(1);
    await runtime.db.pool.query("UPDATE channel SET failing_told_at = failing_told_at - interval '2 hours'");
    wake();
    await expect.poll(async () => (await notices()).length, { timeout: 10_000 }).toBe(2);
  });

  it("is not handed on from a fallback, nor to one that was told by the rule", async () => {
    const [a, b] = [
      await insertChannel(runtime, "email", ["a@example.com"]),
      await insertChannel(runtime, "email", ["b@example.com"]),
    ];
    for (const address of ["a@example.com", "b@example.com"]) refusals.set(address, 550);
    await updateChannel({ actor: SYSTEM, id: a, input: { fallback: b } });
    await updateChannel({ actor: SYSTEM, id: b, input: { fallback: a } });
    start();
    const row = await until(runtime, await fire(a, "r1"), "dead");
    const copy = await until(runtime, row.toldBy ?? "", "dead");
    expect(copy).toMatchObject({ channelId: b, toldBy: null });

    const incident = await insertIncident(runtime);
    const [one, two] = [
      await queue(runtime, { channel: a, incident }),
      await queue(runtime, { channel: b, incident }),
    ];
    await postpone(runtime, two);
    await runtime.db.pool.query(
      "UPDATE delivery d SET transition_id = e.transition_id FROM delivery e WHERE d.id = $1 AND e.id = $2",
      [two, one],
    );
    wake();
    expect((await until(runtime, one, "dead")).reason).toMatch(/was told by the rule$/);
  });

  it("after a day goes to the fallback too", async () => {
    smtp.setBehaviour("450");
    const [a, fallback] = [await mail(), await phone()];
    await updateChannel({ actor: SYSTEM, id: a, input: { fallback } });
    const id = await queue(runtime, { channel: a });
    await runtime.db.pool.query(
      "UPDATE delivery SET created_at = created_at - interval '25 hours' WHERE id = $1",
      [id],
    );
    start();
    const row = await until(runtime, id, "failed");
    expect(await until(runtime, row.toldBy ?? "", "sent")).toMatchObject({ channelId: fallback });
  });

  it("has a fallback that exists and is another channel", async () => {
    const a = await mail();
    for (const fallback of [a, "chan_none"]) {
      await expect(updateChannel({ actor: SYSTEM, id: a, input: { fallback } })).rejects.toThrow(
        /^fallback: /,
      );
    }
  });
});
