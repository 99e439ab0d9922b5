import { describe, expect, it } from "vitest";
import { listDeliveries } from "@/lib/features/deliveries/queries";
import { acknowledgeIncident } from "@/lib/features/incidents/commands";
import { getIncident } from "@/lib/features/incidents/queries";
import { updateRule } from "@/lib/features/rules/commands";
import type { Engine } from "@/lib/worker/evaluation/engine";
import { evaluate, OPERATOR } from "../support/alerting";
import { details, fire, pass, runtime, setUpNoise, silence, stage, told } from "../support/noise";

setUpNoise();

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
    expect((await listDeliveries({ incident: second?.id })).data).toHaveLength(3);
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
