import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Notification } from "@/lib/channels/notification";
import { deleteChannel } from "@/lib/features/channels/commands";
import { acknowledgeIncident, unacknowledgeIncident } from "@/lib/features/incidents/commands";
import { getIncident } from "@/lib/features/incidents/queries";
import { updateKey } from "@/lib/features/keys/commands";
import { deleteRule, updateRule } from "@/lib/features/rules/commands";
import { createSilence, endSilence } from "@/lib/features/silences/commands";
import type { Runtime } from "@/lib/runtime";
import { startAttendant } from "@/lib/worker/attendant";
import { attendDue } from "@/lib/worker/attention/attend";
import type { Engine } from "@/lib/worker/evaluation/engine";
import { evaluate, OPERATOR, type Scene, scene, settle } from "../support/alerting";
import { createRuntime } from "../support/database";

let runtime: Runtime & { close(): Promise<void> };
let stage: Scene;

beforeAll(async () => {
  runtime = await createRuntime();
});
beforeEach(async () => {
  stage = await scene(runtime);
  // Commands know the real clock only.
  stage.now = Date.now();
});
afterAll(() => runtime.close());

/** Lets seconds pass, and does what is due then: evaluation first, as a worker that was late would. */
async function pass(engine: Engine, seconds: number): Promise<void> {
  stage.pass(seconds);
  await settle(engine, stage, stage.now);
  await attend();
}

/** Twice, as by two servers: what is done once must not be done again. */
async function attend(): Promise<void> {
  await Promise.all([attendDue(runtime, stage.now), attendDue(runtime, stage.now)]);
}

async function fire(engine: Engine, ...keys: string[]): Promise<void> {
  for (const key of keys) await stage.post(key, 10);
  await evaluate(engine, stage);
}

/** `kind:why` of each delivery in order, without why where it was queued. */
async function told(channel?: string): Promise<string[]> {
  const { rows } = await runtime.db.pool.query<{ kind: string; muted_by: string | null; channel_id: string }>(
    "SELECT kind, muted_by, channel_id FROM delivery ORDER BY seq",
  );
  return rows
    .filter(({ channel_id }) => channel === undefined || channel_id === channel)
    .map(({ kind, muted_by }) => (muted_by === null ? kind : `${kind}:${muted_by}`));
}

const silence = async (matcher: Record<string, unknown>, seconds: number, comment = "") =>
  createSilence({
    actor: OPERATOR,
    input: { matcher, starts_at: stage.now, ends_at: stage.now + seconds * 1_000, comment },
  });

async function details(): Promise<(string | undefined)[]> {
  const rows = await runtime.db.prisma.delivery.findMany({
    where: { mutedBy: null },
    orderBy: { seq: "asc" },
  });
  return rows.map((row) => (row.notification as unknown as Notification).detail);
}

describe("a silence", () => {
  it("keeps messages back, not states; what still fires at its end is told once, by whoever is there then", async () => {
    await stage.rule({ window: "10m", channels: [await stage.channel()] });
    const engine = await stage.engine();
    await silence({ provider: "openai" }, 60, "Load test");
    await fire(engine, "k1");
    expect(await told()).toEqual(["firing:silence"]);
    expect(await stage.incidents()).toMatchObject([{ state: "firing" }]);
    await pass(engine, 59);
    expect(await told()).toEqual(["firing:silence"]);
    // Everything that lives in memory is gone.
    const later = await stage.engine();
    await pass(later, 2);
    await pass(later, 2);
    expect(await told()).toEqual(["firing:silence", "firing"]);
    expect(await details()).toEqual(["It was silenced, and still fires."]);
    await pass(later, 700);
    expect(await told()).toEqual(["firing:silence", "firing", "resolved"]);
  });

  it("that is ended lets go at once; what has recovered meanwhile is not told at all", async () => {
    await stage.rule({ channels: [await stage.channel()] });
    const engine = await stage.engine();
    await stage.post("k1", 1);
    const { id } = await silence({ key: String(await stage.keyId("k1")) }, 3_600);
    await fire(engine, "k1");
    await pass(engine, 120);
    expect(await told()).toEqual(["firing:silence", "resolved:silence"]);
    await fire(engine, "k1");
    await endSilence({ actor: OPERATOR, id });
    await attend();
    expect(await told()).toEqual(["firing:silence", "resolved:silence", "firing:silence", "firing"]);
    await expect(endSilence({ actor: OPERATOR, id })).rejects.toMatchObject({ code: "not_found" });
  });

  it("keeps an escalation and an end back from who knows of the firing, and tells both at its end", async () => {
    const tiers = [
      { severity: "warning", threshold: 10 },
      { severity: "critical", threshold: 20 },
    ];
    await stage.rule({ window: "10m", tiers, channels: [await stage.channel()] });
    const engine = await stage.engine();
    await fire(engine, "k1");
    await silence({}, 60);
    await fire(engine, "k1");
    await pass(engine, 61);
    expect(await told()).toEqual(["firing", "escalated:silence", "escalated"]);
    await silence({}, 3_600);
    await pass(engine, 700);
    await pass(engine, 3_000);
    const told1 = ["firing", "escalated:silence", "escalated", "resolved:silence", "resolved"];
    expect(await told()).toEqual(told1);
    await pass(engine, 3_600);
    expect(await told()).toEqual(told1);
  });

  it("follows another one without a gap, and is over for who has acknowledged", async () => {
    await stage.rule({ window: "31d", channels: [await stage.channel()] });
    const engine = await stage.engine();
    await silence({}, 60);
    await silence({ severity: "warning" }, 120);
    await fire(engine, "k1");
    await pass(engine, 61);
    expect(await told()).toEqual(["firing:silence"]);
    const [incident] = await stage.incidents();
    await acknowledgeIncident({ actor: OPERATOR, id: incident?.id ?? "" });
    await pass(engine, 61);
    await pass(engine, 61);
    expect(await told()).toEqual(["firing:silence", "firing:acknowledgement"]);
  });
});

describe("what is pending", () => {
  const pending = async () => {
    const { rows } = await runtime.db.pool.query<{ n: number }>(
      "SELECT count(*)::int AS n FROM incident WHERE attention_at IS NOT NULL",
    );
    return rows[0]?.n;
  };

  it("ends with the key, which is not told where nothing was", async () => {
    const [first, second] = [await stage.channel(), await stage.channel()];
    await stage.rule({
      window: "1h",
      channels: [first],
      escalation: [{ after: "5m", channels: [second] }],
    });
    const engine = await stage.engine();
    await stage.post("k1", 1);
    await silence({ key: String(await stage.keyId("k1")) }, 600);
    await fire(engine, "k1");
    await updateKey({ actor: OPERATOR, id: String(await stage.keyId("k1")), input: { retired: true } });
    engine.pending.changed({ entity: "key", id: String(await stage.keyId("k1")) });
    await engine.run(stage.now);
    await pass(engine, 900);
    expect(await stage.incidents()).toMatchObject([{ state: "resolved" }]);
    expect(await told(first)).toEqual(["firing:silence", "resolved:silence"]);
    expect(await told(second)).toEqual([]);
    expect(await pending()).toBe(0);
  });

  it("goes to nobody in place of a channel that was deleted, and to the others all the same", async () => {
    const [first, second, third] = [await stage.channel(), await stage.channel(), await stage.channel()];
    const rule = await stage.rule({
      window: "1h",
      channels: [first, second],
      escalation: [
        { after: "5m", channels: [first] },
        { after: "10m", channels: [first, third] },
      ],
    });
    const engine = await stage.engine();
    await silence({}, 60);
    await fire(engine, "k1");
    await deleteChannel({ actor: OPERATOR, id: first });
    engine.pending.reload([rule.id]);
    await engine.run(stage.now);
    await pass(engine, 61);
    await pass(engine, 600);
    expect(await told(first)).toEqual(["firing:silence"]);
    expect(await told(second)).toEqual(["firing:silence", "firing"]);
    expect(await told(third)).toEqual(["firing"]);
    expect(await pending()).toBe(0);
  });

  it("is told by the rule as it is then", async () => {
    const [first, second] = [await stage.channel(), await stage.channel()];
    const rule = await stage.rule({ window: "1h", channels: [first] });
    const engine = await stage.engine();
    await silence({}, 60);
    await fire(engine, "k1");
    await updateRule({
      actor: OPERATOR,
      id: rule.id,
      input: { channels: [first, second], tiers: [{ severity: "critical", threshold: 5 }] },
    });
    engine.pending.reload([rule.id]);
    await engine.run(stage.now);
    await pass(engine, 61);
    expect((await told(first)).at(-1)).toBe("firing");
    expect((await told(second)).at(-1)).toBe("firing");
    const [told1] = await runtime.db.prisma.delivery.findMany({
      where: { mutedBy: null },
      orderBy: { seq: "asc" },
    });
    expect(told1?.notification).toMatchObject({ kind: "firing", severity: "critical" });
    // And a rule that is gone takes its incident along.
    await deleteRule({ actor: OPERATOR, id: rule.id });
    engine.pending.reload([rule.id]);
    await engine.run(stage.now);
    expect((await told(first)).at(-1)).toBe("resolved");
    expect(await pending()).toBe(0);
  });

  it("is found by whoever runs, by the clock", async () => {
    await stage.rule({ window: "1h", channels: [await stage.channel()] });
    const engine = await stage.engine();
    stage.now = Date.now();
    await silence({}, 1);
    await fire(engine, "k1");
    const workers = [startAttendant(runtime), startAttendant(runtime)];
    try {
      await vi.waitFor(async () => expect(await told()).toHaveLength(2), { timeout: 20_000, interval: 50 });
    } finally {
      await Promise.all(workers.map((worker) => worker.stop()));
    }
    expect(await told()).toEqual(["firing:silence", "firing"]);
  });
});

describe("escalation", () => {
  it("goes on step by step until somebody acknowledges, over restarts, and told channels hear of the end", async () => {
    const [first, second, third] = [await stage.channel(), await stage.channel(), await stage.channel()];
    const rule = await stage.rule({
      window: "1h",
      channels: [first],
      escalation: [
        { after: "5m", channels: [second] },
        { after: "15m", channels: [second, third] },
        { after: "30m", channels: [third] },
      ],
    });
    let engine = await stage.engine();
    await fire(engine, "k1");
    await pass(engine, 299);
    expect(await told()).toEqual(["firing"]);
    engine = await stage.engine();
    await pass(engine, 1);
    expect([await told(first), await told(second), await told(third)]).toEqual([["firing"], ["firing"], []]);
    // Acknowledged time does not count.
    const [{ id } = { id: "" }] = await stage.incidents();
    const acknowledgedAt = stage.now;
    await acknowledgeIncident({ actor: OPERATOR, id });
    await runtime.db.prisma.incident.update({
      where: { id },
      data: { acknowledgedAt: new Date(acknowledgedAt) },
    });
    await attend();
    await pass(engine, 1_000);
    expect(await told(third)).toEqual([]);
    await unacknowledgeIncident({ actor: OPERATOR, id });
    await attend();
    await pass(engine, 599);
    expect(await told(third)).toEqual([]);
    // A step that loses its channel while it is awaited, and another that moves.
    await updateRule({
      actor: OPERATOR,
      id: rule.id,
      input: {
        escalation: [
          { after: "5m", channels: [second] },
          { after: "16m", channels: [third] },
        ],
      },
    });
    engine = await stage.engine();
    await pass(engine, 1);
    expect(await told(third)).toEqual([]);
    await pass(engine, 60);
    expect(await told(third)).toEqual(["firing"]);
    await pass(engine, 3_600);
    expect(await told(first)).toEqual(["firing", "resolved"]);
    expect(await told(second)).toEqual(["firing", "resolved"]);
    expect(await told(third)).toEqual(["firing", "resolved"]);
    const { timeline } = await getIncident(id);
    expect(timeline.filter(({ kind }) => kind === "escalation_step")).toMatchObject([
      { step: 1, after_s: 300 },
      { step: 2, after_s: 960 },
    ]);
  });

  it("goes on when a snooze ends, which is told", async () => {
    const [first, second] = [await stage.channel(), await stage.channel()];
    await stage.rule({
      window: "1h",
      channels: [first],
      repeat_every: "1m",
      escalation: [{ after: "5m", channels: [second] }],
    });
    const engine = await stage.engine();
    await fire(engine, "k1");
    const [{ id } = { id: "" }] = await stage.incidents();
    await expect(
      acknowledgeIncident({ actor: OPERATOR, id, input: { until: Date.now() - 1 } }),
    ).rejects.toMatchObject({ issues: [{ path: "until" }] });
    const until = stage.now + 600_000;
    const answer = await acknowledgeIncident({ actor: OPERATOR, id, input: { until } });
    expect(answer).toMatchObject({
      state: "acknowledged",
      snoozed_until: new Date(until).toISOString(),
    });
    await attend();
    await pass(engine, 599);
    expect(await told()).toEqual(["firing"]);
    await pass(engine, 1);
    expect(await stage.incidents()).toMatchObject([{ state: "firing" }]);
    expect((await told()).slice(0, 2)).toEqual(["firing", "reminder"]);
    await pass(engine, 301);
    expect(await told(second)).toEqual(["firing"]);
  });
});

describe("what flaps", () => {
  const flapping = { transitions: 4, window: "10m" };

  /** Fires and recovers, a minute each. */
  async function flap(engine: Engine, times: number): Promise<void> {
    for (let i = 0; i < times; i++) {
      await fire(engine, "k1");
      await pass(engine, 70);
    }
  }

  it("is told once, stays open, and is told again when it has settled", async () => {
    await stage.rule({ flapping, channels: [await stage.channel()] });
    let engine = await stage.engine();
    await flap(engine, 2);
    expect(await told()).toEqual(["firing", "resolved", "firing", "resolved"]);
    await flap(engine, 3);
    const kept = [
      "resolved:flapping",
      "firing:flapping",
      "resolved:flapping",
      "firing:flapping",
      "resolved:flapping",
    ];
    expect((await told()).slice(4)).toEqual(["flapping", ...kept]);
    const incidents = await stage.incidents();
    expect(incidents.map(({ state }) => state)).toEqual(["resolved", "resolved", "firing"]);
    engine = await stage.engine();
    await pass(engine, 600);
    await pass(engine, 600);
    expect((await told()).slice(10)).toEqual(["resolved"]);
    expect((await stage.incidents()).map(({ state }) => state)).toEqual(["resolved", "resolved", "resolved"]);
    // And from there on it is as ever.
    await fire(engine, "k1");
    expect((await told()).slice(11)).toEqual(["firing"]);
  });

  it("and settles firing says so; worse than anything told before comes through", async () => {
    const tiers = [
      { severity: "warning", threshold: 10 },
      { severity: "critical", threshold: 100 },
    ];
    const rule = await stage.rule({ flapping, tiers, channels: [await stage.channel()] });
    const engine = await stage.engine();
    await flap(engine, 2);
    await fire(engine, "k1");
    expect((await told()).slice(4)).toEqual(["flapping"]);
    await stage.post("k1", 100);
    await evaluate(engine, stage);
    expect((await told()).slice(5)).toEqual(["escalated"]);
    await pass(engine, 70);
    await stage.post("k1", 100);
    await evaluate(engine, stage);
    expect((await told()).slice(6)).toEqual(["resolved:flapping", "firing:flapping"]);
    // Kept firing by an edit of its window.
    await updateRule({ actor: OPERATOR, id: rule.id, input: { window: "1h" } });
    engine.pending.reload([rule.id]);
    await engine.run(stage.now);
    await pass(engine, 601);
    expect((await told()).slice(8)).toEqual(["firing"]);
    expect((await details()).at(-1)).toBe("It flapped, and has settled: it keeps firing.");
  });

  it("ends with its rule at once", async () => {
    const rule = await stage.rule({ flapping, channels: [await stage.channel()] });
    const engine = await stage.engine();
    await flap(engine, 2);
    await fire(engine, "k1");
    await updateRule({ actor: OPERATOR, id: rule.id, input: { enabled: false } });
    engine.pending.reload([rule.id]);
    await engine.run(stage.now);
    expect((await told()).slice(4)).toEqual(["flapping", "resolved"]);
    await pass(engine, 1_000);
    expect(await stage.incidents()).toMatchObject([
      { state: "resolved" },
      { state: "resolved" },
      { state: "resolved" },
    ]);
    expect(await told()).toHaveLength(6);
  });
});

describe("keys that fire together", () => {
  const all = () => runtime.db.prisma.incident.findMany({ orderBy: { startedAt: "asc" } });

  it("share one incident and one message; its end is the last one's", async () => {
    await stage.rule({ channels: [await stage.channel()] });
    const engine = await stage.engine();
    await fire(engine, "k1", "k2", "k3");
    const ids = await Promise.all(["k1", "k2", "k3"].map((key) => stage.keyId(key)));
    expect(await all()).toMatchObject([{ keyId: null, scopeKey: "keys:openai", severity: "warning" }]);
    expect((await all())[0]?.members.map(Number).sort()).toEqual([...ids].sort());
    expect(await told()).toEqual(["firing", "firing:inhibition", "firing:inhibition"]);
    const [delivery] = await runtime.db.prisma.delivery.findMany({ orderBy: { seq: "asc" } });
    expect(delivery?.notification).toMatchObject({
      subject: { kind: "keys", provider: "openai", count: 3 },
    });
    stage.pass(30);
    await fire(engine, "k4", "k1");
    expect(await all()).toHaveLength(1);
    expect((await told()).slice(3)).toEqual(["firing:inhibition"]);
    await pass(engine, 45);
    expect(await stage.incidents()).toMatchObject([{ state: "firing" }]);
    // One that comes back to an open one belongs to it.
    await fire(engine, "k2");
    await pass(engine, 70);
    expect(await stage.incidents()).toMatchObject([{ state: "resolved" }]);
    const sent = (await told()).filter((word) => !word.includes(":"));
    expect(sent).toEqual(["firing", "resolved"]);
    const { timeline } = await getIncident((await all())[0]?.id ?? "");
    const kinds = timeline.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "joined")).toHaveLength(4);
    expect(kinds.at(-1)).toBe("resolved");
  });

  it("one after the other become one; links to the former incidents lead there", async () => {
    await stage.rule({ window: "5m", channels: [await stage.channel()] });
    const engine = await stage.engine();
    await fire(engine, "k1");
    stage.pass(20);
    await fire(engine, "k2");
    const [first, second] = await stage.incidents();
    await runtime.db.prisma.delivery.updateMany({
      where: { incidentId: first?.id ?? "" },
      data: { state: "sent", attemptCount: 1 },
    });
    stage.pass(20);
    await fire(engine, "k3");
    expect(await all()).toMatchObject([{ id: first?.id, keyId: null, members: [{}, {}, {}] }]);
    expect((await getIncident(second?.id ?? "")).id).toBe(first?.id);
    // What was not on its way yet is told with the shared one.
    expect(await stage.deliveries()).toMatchObject([
      { kind: "firing", state: "sent" },
      { kind: "firing", state: "suppressed", reason: expect.stringMatching(/^Told together/) },
      { kind: "firing", state: "queued" },
    ]);
    const acknowledged = await acknowledgeIncident({ actor: OPERATOR, id: second?.id ?? "" });
    expect(acknowledged).toMatchObject({ id: first?.id, state: "acknowledged" });
    // The memory of who evaluated before does not know of it.
    await pass(engine, 400);
    expect(await stage.incidents()).toMatchObject([{ id: first?.id, state: "resolved" }]);
    expect((await told()).filter((word) => !word.includes(":"))).toEqual([
      "firing",
      "firing",
      "firing",
      "resolved",
    ]);
  });

  it("of other providers, rules or times do not; an escalation of one is told", async () => {
    const tiers = [
      { severity: "warning", threshold: 10 },
      { severity: "critical", threshold: 20 },
    ];
    await stage.rule({ window: "5m", tiers, channels: [await stage.channel()] });
    const engine = await stage.engine();
    await fire(engine, "k1", "k2");
    await stage.post("a1", 10, { provider: "anthropic" });
    await evaluate(engine, stage);
    stage.pass(61);
    await fire(engine, "k3");
    expect(await stage.incidents()).toHaveLength(4);
    stage.pass(10);
    await fire(engine, "k4", "k5");
    // k1 and k2 began too long ago.
    expect(await stage.incidents()).toHaveLength(4);
    const before = (await told()).length;
    await fire(engine, "k4");
    await fire(engine, "k5");
    expect((await told()).slice(before)).toEqual(["escalated", "escalated:inhibition"]);
  });

  it("are silenced together only when each of them is", async () => {
    await stage.rule({ window: "5m", channels: [await stage.channel()] });
    const engine = await stage.engine();
    for (const key of ["k1", "k2", "k3"]) await stage.post(key, 1);
    await silence({ key: String(await stage.keyId("k1")) }, 600);
    await fire(engine, "k1", "k2", "k3");
    expect((await told())[0]).toBe("firing");
  });
});
