import { describe, expect, it, vi } from "vitest";
import { SYSTEM } from "@/lib/domain/access/actor";
import { deleteChannel } from "@/lib/features/channels/commands";
import { acknowledgeIncident, unacknowledgeIncident } from "@/lib/features/incidents/commands";
import { getIncident } from "@/lib/features/incidents/queries";
import { deleteKey, updateKey } from "@/lib/features/keys/commands";
import { deleteRule, updateRule } from "@/lib/features/rules/commands";
import { endSilence } from "@/lib/features/silences/commands";
import { startAttendant } from "@/lib/worker/attendant";
import { OPERATOR } from "../support/alerting";
import { attend, details, fire, pass, runtime, setUpNoise, silence, stage, told } from "../support/noise";

setUpNoise();

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

  it.each([
    [
      "retired",
      (id: string) => updateKey({ actor: OPERATOR, id, input: { retired: true } }),
      "The key was retired.",
    ],
    ["deleted", (id: string) => deleteKey({ actor: SYSTEM, id }), "The key was deleted."],
  ])("ends with the key that is %s, which is not told where nothing was", async (_, end, why) => {
    const [first, second] = [await stage.channel(), await stage.channel()];
    await stage.rule({
      window: "1h",
      channels: [first],
      escalation: [{ after: "5m", channels: [second] }],
    });
    const engine = await stage.engine();
    await stage.post("k1", 1);
    const key = String(await stage.keyId("k1"));
    await silence({ key }, 600);
    await fire(engine, "k1");
    await end(key);
    engine.pending.changed({ entity: "key", id: key });
    await engine.run(stage.now);
    await pass(engine, 900);
    expect(await stage.incidents()).toMatchObject([{ state: "resolved" }]);
    const { rows } = await runtime.db.pool.query("SELECT reason FROM transition WHERE to_status = 'ok'");
    expect(rows).toEqual([{ reason: why }]);
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
