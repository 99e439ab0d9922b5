import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { deleteRule, setEnabled, updateRule } from "@/lib/features/rules/commands";
import { type EntityChange, type Runtime, Signal } from "@/lib/runtime";
import { listen } from "@/lib/server/listen";
import type { Engine } from "@/lib/worker/evaluation/engine";
import { Pending } from "@/lib/worker/evaluation/pending";
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

describe("several servers", () => {
  it("tell each crossing once, whoever is faster", async () => {
    await stage.rule({ channels: [await stage.channel()] });
    const engines = await Promise.all([stage.engine(), stage.engine(), stage.engine()]);
    const keys = Array.from({ length: 20 }, (_, i) => `k${i}`);
    // Of a provider each, so that none shares an incident.
    for (const key of keys) await stage.post(key, 10, { provider: key });
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

  it.each([3, 110])(
    "look at what others stored, and not at what they stored themselves: %s at once",
    async (count) => {
      const url = runtime.env.databaseUrl ?? "";
      const other: Runtime = { ...runtime, serverId: "another", changed: new Signal() };
      const heard = { here: [] as EntityChange[], there: [] as EntityChange[] };
      const ends = [
        runtime.changed.subscribe((change) => heard.here.push(change)),
        other.changed.subscribe((change) => heard.there.push(change)),
      ];
      const ears = [await listen(runtime, url), await listen(other, url)];
      try {
        await stage.rule();
        const engine = await stage.engine();
        // Of a provider each, so that none shares an incident.
        await Promise.all(
          Array.from({ length: count }, (_, i) => stage.post(`k${i}`, 10, { provider: `p${i}` })),
        );
        await evaluate(engine, stage);
        const told = (changes: readonly EntityChange[]) =>
          changes.filter(({ entity }) => entity === "instance");
        const number = count > 100 ? 1 : count;
        await vi.waitFor(
          () => expect([told(heard.here).length, told(heard.there).length]).toEqual([number, number]),
          { timeout: 20_000, interval: 20 },
        );
        const [mine, theirs] = [new Pending(), new Pending()];
        for (const change of told(heard.here)) mine.changed(change);
        for (const change of told(heard.there)) theirs.changed(change);
        expect(mine.isEmpty).toBe(true);
        expect(theirs.isEmpty).toBe(false);
      } finally {
        for (const end of ends) end();
        await Promise.all(ears.map((one) => one.close()));
      }
    },
  );

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
