import { newId } from "@/lib/crypto";
import { type Actor, SYSTEM } from "@/lib/domain/access/actor";
import { SECOND } from "@/lib/domain/usage/duration";
import { floorBucket } from "@/lib/domain/usage/window";
import { createRule } from "@/lib/features/rules/commands";
import type { RuleDetailDto } from "@/lib/features/rules/schemas";
import { createIngest, type Ingest } from "@/lib/ingest/ingest";
import { listed } from "@/lib/ingest/records";
import type { Runtime } from "@/lib/runtime";
import { Engine } from "@/lib/worker/evaluation/engine";
import { createSourceRow } from "./ingest";

export const OPERATOR: Actor = { ...SYSTEM, name: "Olga", role: "operator" };

export const SOURCE = 7001;

/** A clock that tests move, an ingest that follows it, and shortcuts to post and to look. */
export interface Scene {
  now: number;
  ingest: Ingest;
  /** Moves the clock by seconds. */
  pass(seconds: number): number;
  /** Posts `count` events of a key at the clock's instant, or `ago` seconds before. */
  post(key: string, count: number, fields?: Record<string, unknown> & { ago?: number }): Promise<void>;
  keyId(key: string): Promise<number>;
  rule(overrides?: Record<string, unknown>): Promise<RuleDetailDto>;
  channel(kind?: string): Promise<string>;
  /** An engine that has loaded everything and caught up. */
  engine(): Promise<Engine>;
  transitions(): Promise<string[]>;
  incidents(): Promise<{ id: string; state: string; severity: string }[]>;
  deliveries(): Promise<{ kind: string; state: string; reason: string | null; channel_id: string }[]>;
}

export async function scene(runtime: Runtime): Promise<Scene> {
  await runtime.db.pool.query(
    `TRUNCATE source, token, pool, api_key, key_status, key_limit, dictionary, event_receipt, usage_event, usage_10s, usage_minute,
              usage_hour, rule, rule_instance, incident, transition, incident_event, channel, delivery, silence, audit_entry CASCADE`,
  );
  await createSourceRow(runtime, SOURCE, "gateway");
  const { pool, prisma } = runtime.db;
  const stage: Scene = {
    // Whole minutes make expectations readable; an hour back leaves room for the clock to move.
    now: floorBucket(Date.now() - 3_600 * SECOND, 60 * SECOND) + 3 * SECOND,
    ingest: createIngest(runtime, { clock: () => stage.now }),
    pass(seconds) {
      stage.now += seconds * SECOND;
      return stage.now;
    },
    async post(key, count, { ago = 0, ...fields } = {}) {
      const time = new Date(stage.now - ago * SECOND).toISOString();
      const value = { key: `sk-${key}-raw`, provider: "openai", key_name: key, status: 200, time, ...fields };
      const result = await stage.ingest.accept({ id: SOURCE }, listed(Array(count).fill(value)), null);
      if (result.rejected > 0) throw new Error(JSON.stringify(result.errors[0]));
    },
    async keyId(key) {
      const { rows } = await pool.query<{ id: number }>("SELECT id FROM api_key WHERE name = $1", [key]);
      if (rows[0] === undefined) throw new Error(`no key ${key}`);
      return rows[0].id;
    },
    async rule(overrides = {}) {
      const rule = await createRule({
        actor: OPERATOR,
        input: {
          name: "Requests near the limit",
          metric: "requests",
          window: "1m",
          operator: ">=",
          tiers: [{ severity: "warning", threshold: 10 }],
          repeat_every: null,
          ...overrides,
        },
      });
      // The command's clock is the real one.
      await pool.query("UPDATE rule SET evaluated_to = to_timestamp($2 / 1000.0) WHERE id = $1", [
        rule.id,
        stage.now,
      ]);
      return rule;
    },
    async channel(kind = "email") {
      const id = newId("chan");
      const data = { id, name: `Ops ${id}`, kind, config: { to: ["ops@example.com"] }, createdBy: "test" };
      await prisma.channel.create({ data });
      return id;
    },
    async engine() {
      const engine = new Engine(runtime);
      await engine.load();
      await engine.catchUp(stage.now);
      await engine.run(stage.now);
      return engine;
    },
    async transitions() {
      const { rows } = await pool.query<{
        from_status: string;
        to_status: string;
        severity: string | null;
        value: number | null;
      }>("SELECT from_status, to_status, severity, value FROM transition ORDER BY at, created_at, id");
      return rows.map(({ from_status, to_status, severity, value }) =>
        [`${from_status} → ${to_status}`, severity, value].filter((part) => part !== null).join(" "),
      );
    },
    async incidents() {
      const { rows } = await pool.query<{ id: string; state: string; severity: string }>(
        "SELECT id, state, severity FROM incident ORDER BY started_at, id",
      );
      return rows;
    },
    async deliveries() {
      const { rows } = await pool.query<{
        kind: string;
        state: string;
        reason: string | null;
        channel_id: string;
      }>("SELECT kind, state, reason, channel_id FROM delivery ORDER BY seq");
      return rows;
    },
  };
  return stage;
}

/** Lets time pass for an engine until nothing is due any more, or until `until`. */
export async function settle(engine: Engine, stage: Scene, until = Number.POSITIVE_INFINITY): Promise<void> {
  let runs = 0;
  for (let next = engine.nextAt(); next !== null && next <= until; next = engine.nextAt()) {
    if (++runs > 2_000) throw new Error("nothing settles");
    stage.now = Math.max(stage.now, next);
    await engine.run(stage.now);
  }
}

/** Everything that was posted is evaluated by this engine now. */
export async function evaluate(engine: Engine, stage: Scene, keys: number[] | "all" = "all"): Promise<void> {
  engine.pending.touch(keys);
  await engine.run(stage.now);
}
