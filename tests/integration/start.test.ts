import { beforeEach, describe, expect, test, vi } from "vitest";
import { GET as demoRoute, PUT as setDemoRoute } from "@/app/api/v1/settings/demo/route";
import { PUT as hideStartRoute, GET as startRoute } from "@/app/api/v1/settings/start/route";
import type { Actor } from "@/lib/domain/access/actor";
import { SYSTEM } from "@/lib/domain/access/actor";
import { MINUTE } from "@/lib/domain/usage/duration";
import { createChannel } from "@/lib/features/channels/commands";
import { setDemo } from "@/lib/features/demo/commands";
import { getDemo } from "@/lib/features/demo/queries";
import { createLimit } from "@/lib/features/limits/commands";
import { startAnswer } from "@/lib/features/openapi/answers/settings";
import { createRule } from "@/lib/features/rules/commands";
import { hideStart } from "@/lib/features/start/commands";
import { getStart, getStartSteps } from "@/lib/features/start/queries";
import { doneSteps, startProgress } from "@/lib/features/start/schemas";
import { startDemo } from "@/lib/worker/demo/demo";
import { call } from "../support/call";
import { keysStage } from "../support/keys";

// The way through the set-up, read from what is there.

const stage = keysStage();
const ops: Actor = { kind: "user", id: "usr_ops", name: "Ops", role: "operator" };

beforeEach(() => stage.runtime.db.pool.query("TRUNCATE channel, rule, setting CASCADE"));

/** What the frame of every page asks for is what the page says. */
async function framesAgree(): Promise<void> {
  expect(await getStartSteps()).toEqual({ hidden: false, done: doneSteps(await getStart()) });
}

test("each step is done by what it asks for, and by nothing less", async () => {
  // The stage has a source, which has sent nothing.
  expect(await getStart()).toMatchObject({
    source: { name: expect.any(String), last_event_at: null },
    key: null,
    limited: null,
    channel: null,
    rule: null,
    hidden: false,
  });
  await framesAgree();
  const key = await stage.send({ status: 200, key_name: "prod-chat" });
  expect(await getStart()).toMatchObject({ key: { id: key.id, name: "prod-chat" }, limited: null });

  await createLimit({ actor: ops, keyId: key.id, input: { metric: "requests", amount: 5, window: "1h" } });
  const email = { name: "On call", kind: "email", config: { to: ["a@example.com"] } };
  const channel = await createChannel({ actor: ops, input: email });
  const before = await getStart();
  expect(before).toMatchObject({ limited: { id: key.id }, channel: { id: channel.id, tested: false } });
  expect(doneSteps(before)).toMatchObject({ limit: true, channel: false });
  await framesAgree();

  // A test that nobody got is none.
  await stage.runtime.db.pool.query(
    `INSERT INTO delivery (id, channel_id, kind, state, notification)
     SELECT 'del_' || state, $1, 'test', state, '{}' FROM unnest('{unconfigured,dead}'::text[]) state`,
    [channel.id],
  );
  expect((await getStart()).channel?.tested).toBe(false);
  await stage.runtime.db.pool.query("UPDATE delivery SET state = 'sent' WHERE id = 'del_dead'");
  // An untested one that came later does not hide it.
  await createChannel({ actor: ops, input: { ...email, name: "Later" } });
  expect((await getStart()).channel).toEqual({ id: channel.id, name: "On call", tested: true });

  await createRule({
    actor: ops,
    input: {
      name: "Many",
      metric: "requests",
      window: "5m",
      operator: ">=",
      tiers: [{ severity: "warning", threshold: 20 }],
    },
  });
  await stage.runtime.db.pool.query("UPDATE source SET last_event_at = '2026-11-26T10:00:00Z'");
  expect(doneSteps(await getStart())).toEqual({ event: true, limit: true, channel: true, rule: true });
  await framesAgree();
  const { body } = await call(startRoute, { token: stage.token });
  expect(startAnswer.parse(body)).toMatchObject({ source: { last_event_at: "2026-11-26T10:00:00.000Z" } });
});

test("who has seen enough of it hides it, and can have it back", async () => {
  const hidden = await call(hideStartRoute, { token: stage.token, method: "PUT", body: { hidden: true } });
  expect(hidden.body).toMatchObject({ hidden: true });
  expect(await getStartSteps()).toEqual({ hidden: true, done: null });
  await hideStart({ actor: ops, input: { hidden: false } });
  expect(startProgress(await getStartSteps())).not.toBeNull();
  const { rows } = await stage.runtime.db.pool.query<{ action: string }>(
    "SELECT action FROM audit_entry WHERE entity_id = 'start' ORDER BY at",
  );
  expect(rows.map(({ action }) => action)).toEqual(["getting_started.hide", "getting_started.show"]);
  await expect(hideStart({ actor: { ...ops, role: "viewer" }, input: {} })).rejects.toMatchObject({
    code: "forbidden",
  });
});

describe("demo traffic", () => {
  /** Of a Sunday night too, which has a sixth of the mean rate, some hundred events. */
  const HISTORY_MS = 10 * MINUTE;
  const ENOUGH = 50;
  const count = async (sql: string): Promise<number> =>
    (await stage.runtime.db.pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${sql}`)).rows[0]?.n ??
    -1;
  const wait = (ready: () => Promise<boolean>) => vi.waitUntil(ready, { timeout: 20_000, interval: 50 });
  /** Other servers' notices are not listened to here. */
  const tell = () => stage.runtime.changed.emit({ entity: "setting", id: "demo" });

  test("is sent by one server, bears its mark everywhere, and is deleted without a trace of it", async () => {
    const { pool } = stage.runtime.db;
    const real = await stage.send({ status: 200, key_name: "prod-chat", consumer: "search" });
    const incident = (id: string, scope: string, key: string | null, members: string[]) =>
      pool.query(
        `INSERT INTO incident (id, rule_id, rule_name, rule, scope_key, key_id, members, state, severity, started_at, updated_at)
         VALUES ($1, 'rul', 'Rule', '{}', $2, $3, $4, 'firing', 'warning', now(), now())`,
        [id, scope, key, members],
      );
    await incident("inc_real", `key:${real.id}`, real.id, [real.id]);
    const silences = await count("silence");

    const on = await call(setDemoRoute, { token: stage.token, method: "PUT", body: { on: true } });
    expect(on.status).toBe(403);
    expect(await setDemo({ actor: SYSTEM, input: { on: true } })).toMatchObject({
      state: "on",
      silenced: true,
    });
    // Once more changes nothing.
    const { source } = await setDemo({ actor: SYSTEM, input: { on: true } });
    expect(await count("silence")).toBe(silences + 5);

    const servers = [startDemo(stage.runtime, HISTORY_MS), startDemo(stage.runtime, HISTORY_MS)];
    try {
      await wait(async () => (await count(`usage_event WHERE source_id = ${source}`)) > ENOUGH);
      expect(await count("audit_entry WHERE action = 'source.rotate_token'")).toBe(1);
      // The traffic goes on meanwhile.
      await wait(
        async () => (await getDemo()).keys === (await count("api_key WHERE provider LIKE 'demo-%'")),
      );
      expect(await count("api_key WHERE provider NOT LIKE 'demo-%'")).toBe(1);
      expect(await count("key_limit WHERE origin = 'declared'")).toBeGreaterThan(0);
      const named = `dictionary d WHERE kind = 1 AND EXISTS (
        SELECT FROM usage_event WHERE source_id = ${source} AND consumer_id = d.id)`;
      expect(await count(named)).toBeGreaterThan(0);
      expect(await count(`${named} AND value NOT LIKE 'demo-%'`)).toBe(0);
      // The way through the set-up does not take it for a start.
      expect(await getStart()).toMatchObject({ key: { id: real.id }, limited: null });
      await framesAgree();

      const { rows } = await pool.query<{ id: string; provider: string }>(
        "SELECT id::text, provider FROM api_key WHERE provider LIKE 'demo-%' ORDER BY id LIMIT 1",
      );
      const { id = "", provider = "" } = rows[0] ?? {};
      await incident("inc_demo", `key:${id}`, id, [id]);
      await incident("inc_shared", `keys:${provider}`, null, [id]);
      await incident("inc_consumer", "consumer:demo-search", null, []);

      await setDemo({ actor: SYSTEM, input: { on: false } });
      const answer = await call(demoRoute, { token: stage.token });
      expect(answer.body).toMatchObject({ state: "removing", source });
      await expect(setDemo({ actor: SYSTEM, input: { on: true } })).rejects.toMatchObject({
        code: "conflict",
      });
      tell();
      await wait(async () => (await getDemo()).state === "off");
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
    }
    const realOnly = `key_id <> ${real.id}`;
    for (const table of [
      "usage_event",
      "usage_10s",
      "usage_minute",
      "usage_hour",
      "key_status",
      "key_limit",
    ]) {
      expect(await count(`${table} WHERE ${realOnly}`), table).toBe(0);
    }
    expect(await count("api_key")).toBe(1);
    expect(await count("pool")).toBe(0);
    expect(await count("silence")).toBe(silences);
    expect(await count(`source WHERE id = ${source}`)).toBe(0);
    expect((await pool.query("SELECT id FROM incident")).rows).toEqual([{ id: "inc_real" }]);
    expect(await count(`usage_event WHERE key_id = ${real.id}`)).toBe(1);
    expect(await count("audit_entry WHERE action = 'demo_traffic.delete'")).toBe(1);
  });
});
