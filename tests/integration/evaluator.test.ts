import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Notification } from "@/lib/channels/notification";
import { newId } from "@/lib/crypto";
import { deleteRule, setEnabled, updateRule } from "@/lib/features/rules/commands";
import type { Runtime } from "@/lib/runtime";
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
});
afterAll(() => runtime.close());

const changed = (engine: Engine, entity: string, id: string) => {
  engine.pending.changed({ entity, id });
  return engine.run(stage.now);
};

describe("a crossing", () => {
  it("is one transition, one incident and one delivery a channel, however often it is evaluated", async () => {
    const channels = [await stage.channel(), await stage.channel("sms")];
    await stage.rule({ channels });
    const engine = await stage.engine();
    await stage.post("k1", 9);
    await evaluate(engine, stage);
    expect(await stage.transitions()).toEqual([]);

    await stage.post("k1", 1);
    await evaluate(engine, stage);
    await evaluate(engine, stage);
    await stage.post("k1", 5);
    stage.pass(1);
    await evaluate(engine, stage);

    expect(await stage.transitions()).toEqual(["ok → firing warning 10"]);
    expect(await stage.incidents()).toMatchObject([{ state: "firing", severity: "warning" }]);
    expect(await stage.deliveries()).toMatchObject([
      { kind: "firing", state: "queued", channel_id: channels[0] },
      { kind: "firing", state: "queued", channel_id: channels[1] },
    ]);
  });

  it("says in its notification what happened, to whom, and where to look", async () => {
    const channel = await stage.channel();
    await stage.rule({ channels: [channel] });
    const engine = await stage.engine();
    await stage.post("k1", 4, { ago: 120 });
    await stage.post("k1", 12);
    await evaluate(engine, stage);
    const [delivery] = await runtime.db.prisma.delivery.findMany();
    const [incident] = await stage.incidents();
    const keyId = await stage.keyId("k1");
    // The chart shows what the rule has read: 4 in the minute that ended a minute ago, 12 in this one.
    const told = delivery?.notification as unknown as Notification | undefined;
    expect(told?.series?.map(({ value }) => value)).toContain(4);
    expect(told?.series?.at(-1)).toEqual({ at: stage.now, value: 12 });
    expect(delivery?.notification as unknown as Notification).toMatchObject({
      kind: "firing",
      severity: "warning",
      metric: "requests",
      value: 12,
      threshold: 10,
      operator: ">=",
      window: "1m",
      at: stage.now,
      rule: { name: "Requests near the limit" },
      incident: { id: incident?.id, startedAt: stage.now },
      subject: { kind: "key", name: "k1", provider: "openai" },
      links: {
        incident: `${runtime.env.appUrl}/incidents/${incident?.id}`,
        key: `${runtime.env.appUrl}/keys/${keyId}`,
        acknowledge: expect.stringContaining(`${runtime.env.appUrl}/ack/`),
      },
    });
  });

  it("resolves when its window has let go of it, by time alone, and then rests", async () => {
    await stage.rule({ channels: [await stage.channel()] });
    const engine = await stage.engine();
    await stage.post("k1", 10);
    await evaluate(engine, stage);
    await settle(engine, stage);
    expect(await stage.transitions()).toEqual(["ok → firing warning 10", "firing → ok 0"]);
    expect(await stage.incidents()).toMatchObject([{ state: "resolved" }]);
    expect((await stage.deliveries()).map(({ kind }) => kind)).toEqual(["firing", "resolved"]);
    expect(engine.nextAt()).toBeNull();
  });

  it("escalates and falls back within one incident", async () => {
    await stage.rule({
      channels: [await stage.channel()],
      tiers: [
        { severity: "warning", threshold: 10 },
        { severity: "critical", threshold: 20 },
      ],
    });
    const engine = await stage.engine();
    await stage.post("k1", 12);
    await evaluate(engine, stage);
    stage.pass(10);
    await stage.post("k1", 10);
    await evaluate(engine, stage);
    await settle(engine, stage);
    expect(await stage.transitions()).toEqual([
      "ok → firing warning 12",
      "firing → firing critical 22",
      "firing → firing warning 10",
      "firing → ok 0",
    ]);
    expect(await stage.incidents()).toHaveLength(1);
    expect((await stage.deliveries()).map(({ kind }) => kind)).toEqual([
      "firing",
      "escalated",
      "downgraded",
      "resolved",
    ]);
    const { rows } = await runtime.db.pool.query("SELECT kind FROM incident_event ORDER BY at, seq");
    expect(rows.map(({ kind }) => kind)).toEqual(["opened", "escalated", "downgraded", "resolved"]);
  });

  it("repeats a reminder while nothing changes, and waits for `for`", async () => {
    await stage.rule({
      window: "10m",
      for: "30s",
      repeat_every: "2m",
      channels: [await stage.channel()],
    });
    const engine = await stage.engine();
    await stage.post("k1", 10);
    await evaluate(engine, stage);
    expect(await stage.transitions()).toEqual(["ok → pending warning 10"]);
    await settle(engine, stage, stage.now + 5 * 60_000);
    expect(await stage.transitions()).toEqual(["ok → pending warning 10", "pending → firing warning 10"]);
    expect((await stage.deliveries()).map(({ kind }) => kind)).toEqual(["firing", "reminder", "reminder"]);
  });

  it("writes nothing while all is well", async () => {
    await stage.rule({ tiers: [{ severity: "warning", threshold: 1_000 }] });
    await stage.rule({ metric: "error_rate", tiers: [{ severity: "warning", threshold: 0.5 }] });
    const engine = await stage.engine();
    await stage.post("k1", 50);
    await evaluate(engine, stage);
    await settle(engine, stage);
    expect(await runtime.db.prisma.ruleInstance.count()).toBe(0);
  });

  it("is seen although its events were ahead of our clock", async () => {
    await stage.rule();
    const engine = await stage.engine();
    await stage.post("k1", 10, { ago: -25 });
    const id = await stage.keyId("k1");
    await evaluate(engine, stage, [id]);
    expect(await stage.transitions()).toEqual([]);
    engine.pending.touchAt(id, Math.floor((stage.now + 25_000) / 10_000) * 10_000);
    await settle(engine, stage, stage.now + 30_000);
    expect(await stage.transitions()).toEqual(["ok → firing warning 10"]);
  });
});

describe("several servers", () => {
  it("tell each crossing once, whoever is faster", async () => {
    await stage.rule({ channels: [await stage.channel()] });
    const engines = await Promise.all([stage.engine(), stage.engine(), stage.engine()]);
    const keys = Array.from({ length: 20 }, (_, i) => `k${i}`);
    for (const key of keys) await stage.post(key, 10);
    await Promise.all(engines.map((engine) => evaluate(engine, stage)));
    expect(await stage.transitions()).toEqual(keys.map(() => "ok → firing warning 10"));
    expect(await stage.deliveries()).toHaveLength(20);

    stage.pass(120);
    await Promise.all(engines.map((engine) => evaluate(engine, stage)));
    expect(await stage.incidents()).toHaveLength(20);
    expect((await stage.incidents()).every(({ state }) => state === "resolved")).toBe(true);
    expect(await stage.deliveries()).toHaveLength(40);
  });

  it("follow what another one stored, and take over when it is gone", async () => {
    await stage.rule();
    const first = await stage.engine();
    const second = await stage.engine();
    await stage.post("k1", 10);
    await evaluate(first, stage);
    const [row] = await runtime.db.prisma.ruleInstance.findMany();
    await changed(second, "instance", `${row?.ruleId} ${row?.version} ${row?.scopeKey}`);
    await settle(second, stage);
    expect(await stage.transitions()).toEqual(["ok → firing warning 10", "firing → ok 0"]);
  });

  it("do not double what one of them has told while another held an older rule", async () => {
    const rule = await stage.rule();
    const stale = await stage.engine();
    await updateRule({
      actor: OPERATOR,
      id: rule.id,
      input: { tiers: [{ severity: "critical", threshold: 5 }] },
    });
    await stage.post("k1", 12);
    await evaluate(stale, stage);
    // The stale engine found that its rule is no longer the one in force, and looked again.
    await stale.run(stage.now);
    expect(await stage.transitions()).toEqual(["ok → firing critical 12"]);
  });
});

describe("a restart", () => {
  it("between commit and evaluation does not lose the alert, nor double it", async () => {
    await stage.rule({ channels: [await stage.channel()] });
    const killed = await stage.engine();
    await stage.post("k1", 10);
    expect(killed.nextAt()).toBeNull();

    stage.pass(7);
    await stage.engine();
    await stage.engine();
    expect(await stage.transitions()).toEqual(["ok → firing warning 10"]);
    expect(await stage.deliveries()).toMatchObject([{ kind: "firing", state: "queued" }]);
  });

  it("after a long outage replays what came and went meanwhile, at its own time", async () => {
    await stage.rule({ channels: [await stage.channel()] });
    await stage.engine();
    await stage.post("k1", 10);
    const posted = stage.now;
    stage.pass(1_800);
    const engine = await stage.engine();
    expect(await stage.transitions()).toEqual(["ok → firing warning 10", "firing → ok 0"]);
    const { rows } = await runtime.db.pool.query<{ at: number }>("SELECT at FROM transition ORDER BY at");
    const fired = Math.floor(posted / 10_000) * 10_000 + 10_000;
    expect(rows.map(({ at }) => at)).toEqual([fired, fired + 60_000]);
    expect(await stage.incidents()).toMatchObject([{ state: "resolved" }]);

    // A second restart finds the watermark where the first left it.
    await engine.saveWatermarks(stage.now, true);
    await stage.engine();
    expect(await stage.transitions()).toHaveLength(2);
  });

  it("goes on with a firing incident where it stood", async () => {
    await stage.rule({ channels: [await stage.channel()] });
    const before = await stage.engine();
    await stage.post("k1", 10);
    await evaluate(before, stage);
    stage.pass(600);
    await stage.engine();
    expect(await stage.transitions()).toEqual(["ok → firing warning 10", "firing → ok 0"]);
    expect((await stage.deliveries()).map(({ kind }) => kind)).toEqual(["firing", "resolved"]);
  });
});

describe("what vanishes", () => {
  it("a rule that is switched off or deleted resolves what fires, and says so", async () => {
    for (const end of [
      (id: string) => setEnabled({ actor: OPERATOR, id, enabled: false }),
      (id: string) => deleteRule({ actor: OPERATOR, id }),
    ]) {
      stage = await scene(runtime);
      const rule = await stage.rule({ channels: [await stage.channel()] });
      const engine = await stage.engine();
      await stage.post("k1", 10);
      await evaluate(engine, stage);
      await end(rule.id);
      await changed(engine, "rule", rule.id);
      expect(await stage.transitions()).toEqual(["ok → firing warning 10", "firing → ok"]);
      const last = await runtime.db.prisma.transition.findFirst({ where: { toStatus: "ok" } });
      expect(last?.reason).toMatch(/^The rule was (switched off|deleted)\.$/);
      expect((await stage.deliveries()).map(({ kind }) => kind)).toEqual(["firing", "resolved"]);
      await stage.post("k1", 50);
      await evaluate(engine, stage);
      expect(await stage.transitions()).toHaveLength(2);
    }
  });

  it("a rule deleted while no server ran is resolved at the next start", async () => {
    const rule = await stage.rule();
    await stage.post("k1", 10);
    await stage.engine();
    expect(await stage.incidents()).toMatchObject([{ state: "firing" }]);
    await deleteRule({ actor: OPERATOR, id: rule.id });
    await stage.engine();
    expect(await stage.incidents()).toMatchObject([{ state: "resolved" }]);
  });

  it("a retired key, and one that leaves the scope", async () => {
    await stage.post("k1", 1, { pool: "fast" });
    await stage.rule({ scope: { each: "key", pool: "fast" } });
    const engine = await stage.engine();
    await stage.post("k1", 10, { pool: "fast" });
    await stage.post("k2", 10, { pool: "fast" });
    await evaluate(engine, stage);
    expect(await stage.incidents()).toHaveLength(2);
    const [k1, k2] = [await stage.keyId("k1"), await stage.keyId("k2")];
    await runtime.db.pool.query("UPDATE api_key SET retired_at = now() WHERE id = $1", [k1]);
    await changed(engine, "key", String(k1));
    await runtime.db.pool.query("UPDATE api_key SET pool_id = NULL WHERE id = $1", [k2]);
    await changed(engine, "key", String(k2));
    expect((await stage.incidents()).map(({ state }) => state)).toEqual(["resolved", "resolved"]);
    const reasons = await runtime.db.prisma.transition.findMany({ where: { toStatus: "ok" } });
    expect(reasons.map(({ reason }) => reason).sort()).toEqual([
      "It is outside the rule's scope now.",
      "The key was retired.",
    ]);
  });

  it("an edited threshold is seen at once", async () => {
    const rule = await stage.rule({ tiers: [{ severity: "warning", threshold: 100 }] });
    const engine = await stage.engine();
    await stage.post("k1", 10);
    await evaluate(engine, stage);
    await updateRule({
      actor: OPERATOR,
      id: rule.id,
      input: { tiers: [{ severity: "critical", threshold: 10 }] },
    });
    await changed(engine, "rule", rule.id);
    expect(await stage.transitions()).toEqual(["ok → firing critical 10"]);
  });
});

describe("what is not sent has a row that says why", () => {
  it("silenced, switched off, deleted, or without any channel", async () => {
    const [on, off, gone] = [await stage.channel(), await stage.channel(), await stage.channel()];
    await stage.rule({ name: "Silenced", channels: [on, off, gone] });
    await stage.rule({ name: "Mute" });
    await runtime.db.prisma.channel.update({ where: { id: off }, data: { enabled: false } });
    await runtime.db.prisma.channel.update({ where: { id: gone }, data: { deletedAt: new Date() } });
    const engine = await stage.engine();
    await stage.post("k1", 10);
    await runtime.db.prisma.silence.create({
      data: {
        id: newId("sil"),
        matcher: { key: String(await stage.keyId("k1")), severity: "warning" },
        startsAt: new Date(stage.now - 1_000),
        endsAt: new Date(stage.now + 60_000),
        comment: "Load test",
        createdBy: "test",
      },
    });
    await evaluate(engine, stage);
    const deliveries = await stage.deliveries();
    expect(deliveries.map(({ state }) => state)).toEqual(["suppressed", "suppressed", "suppressed"]);
    expect(deliveries.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^Silenced until .*: Load test$/),
      "The channel is switched off.",
      "The channel was deleted.",
    ]);
    // The state does not know about silences.
    expect(await stage.incidents()).toMatchObject([{ state: "firing" }, { state: "firing" }]);
    const mute = await runtime.db.prisma.incidentEvent.findMany({
      where: { kind: "not_sent", incident: { ruleName: "Mute" } },
    });
    expect(mute[0]?.data).toMatchObject({ reason: "The rule has no channel." });
  });
});

describe("a failing evaluation", () => {
  it("neither resolves nor fires, is shown with its cause, and goes on afterwards", async () => {
    await stage.rule({ scope: { each: "key", tag: "env=prod" } });
    const engine = await stage.engine();
    await stage.post("k1", 10, { tags: { env: "prod" } });
    await stage.post("k2", 10, { tags: { env: "test" } });
    await evaluate(engine, stage);
    expect(await stage.transitions()).toEqual(["ok → firing warning 10"]);
    await runtime.db.pool.query("ALTER TABLE usage_event RENAME TO hidden");
    try {
      stage.pass(90);
      await evaluate(engine, stage);
    } finally {
      await runtime.db.pool.query("ALTER TABLE hidden RENAME TO usage_event");
    }
    const [instance] = await runtime.db.prisma.ruleInstance.findMany();
    expect(instance).toMatchObject({
      status: "error",
      state: { error: expect.stringContaining("usage_event") },
    });
    expect(await stage.incidents()).toMatchObject([{ state: "firing" }]);
    await settle(engine, stage, stage.now + 20_000);
    expect(await stage.incidents()).toMatchObject([{ state: "resolved" }]);
  });
});
