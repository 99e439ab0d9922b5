import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Notification } from "@/lib/channels/notification";
import { newId } from "@/lib/crypto";
import { SECOND } from "@/lib/domain/usage/duration";
import { floorBucket } from "@/lib/domain/usage/window";
import type { Runtime } from "@/lib/runtime";
import { evaluate, type Scene, scene, settle } from "../support/alerting";
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

  it("waits, while it fires, for the oldest of what was used to leave the window", async () => {
    await stage.rule({ channels: [await stage.channel()], window: "5m" });
    const engine = await stage.engine();
    await stage.post("k1", 4, { ago: 40 });
    await stage.post("k1", 10);
    await evaluate(engine, stage);
    const oldest = floorBucket(stage.now - 40 * SECOND, 10 * SECOND);
    expect(engine.nextAt()).toBe(oldest + 300 * SECOND);
    stage.now = oldest + 300 * SECOND;
    await engine.run(stage.now);
    expect(engine.nextAt()).toBe(oldest + 340 * SECOND);
    await settle(engine, stage);
    expect(await stage.transitions()).toEqual(["ok → firing warning 14", "firing → ok 0"]);
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
      expect.stringMatching(/^Silenced until .* by test: Load test$/),
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
