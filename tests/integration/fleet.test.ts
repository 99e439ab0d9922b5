import { expect, it, vi } from "vitest";
import { SYSTEM } from "@/lib/domain/access/actor";
import { createKey, deleteKey, updateKey } from "@/lib/features/keys/commands";
import { MANY_KEYS, readFleet } from "@/lib/features/keys/fleet";
import { type Key, readKeyRows, toKey } from "@/lib/features/keys/read";
import { createLimit } from "@/lib/features/limits/commands";
import { measureLimits } from "@/lib/features/limits/measure";
import { getOverview } from "@/lib/features/overview/queries";
import { allUse } from "@/lib/features/usage/all-use";
import { keysStage } from "../support/keys";

const stage = keysStage();

const event = (i: number, more: Record<string, unknown> = {}) => ({
  key: `sk-fleet-${i}-0123456789`,
  key_name: `fleet ${i}`,
  provider: "openai",
  status: 200,
  ...more,
});

/** All keys as they are stored, read one as the other. */
async function stored(now: number): Promise<Key[]> {
  const rows = await readKeyRows(stage.runtime.db.pool);
  const limits = await measureLimits(
    stage.runtime.db.pool,
    rows.map(({ id }) => id),
    now,
  );
  return rows.map((row) => toKey(row, limits.get(row.id) ?? [], now));
}

const byId = (keys: readonly Key[]) => [...keys].sort((a, b) => a.row.id - b.row.id);

it("keeps many keys true to what is stored, reading those that something was told of", {
  timeout: 60_000,
}, async () => {
  const many = Array.from({ length: MANY_KEYS + 100 }, (_, i) => event(i));
  expect((await stage.server.post(many)).body).toMatchObject({ accepted: many.length });
  const idOf = (name: string) => view.find(({ row }) => row.name === name)?.row.id ?? 0;
  let view: Key[] = [];
  const agree = async () => {
    const now = Date.now();
    ({ keys: view } = await readFleet(now));
    expect(byId(view)).toEqual(byId(await stored(now)));
    return view;
  };
  expect(await agree()).toHaveLength(MANY_KEYS + 100);

  // A change drops what a slow read left behind, so each of these is read anew.
  await stage.server.post([event(7, { status: 429, retry_after_s: 600 }), event(MANY_KEYS + 100)]);
  await updateKey({
    actor: SYSTEM,
    id: String(idOf("fleet 8")),
    input: { name: "renamed", pool: "new pool" },
  });
  await agree();
  expect(view.find(({ row }) => row.name === "fleet 7")?.status.state).toBe("throttled");
  expect(view.filter(({ row }) => row.pool === "new pool").map(({ row }) => row.name)).toEqual(["renamed"]);
  expect(view).toHaveLength(MANY_KEYS + 101);

  await createLimit({
    actor: SYSTEM,
    keyId: String(idOf("fleet 9")),
    input: { metric: "requests", amount: 1, window: "1d" },
  });
  await deleteKey({ actor: SYSTEM, id: String(idOf("fleet 10")) });
  await createKey({
    actor: SYSTEM,
    input: { key: "sk-by-hand-0123456789", provider: "mistral", name: "by hand" },
  });
  await agree();
  expect(view.find(({ row }) => row.name === "fleet 9")?.status.state).toBe("at_risk");
  expect(view.some(({ row }) => row.name === "fleet 10")).toBe(false);
  expect(view.some(({ row }) => row.name === "by hand")).toBe(true);

  // Another server's commit, too large to name its keys; then a change that is told, lest a slow read still serves.
  await stage.runtime.db.pool.query("UPDATE api_key SET name = 'elsewhere' WHERE name = 'fleet 11'");
  stage.runtime.committed.emit({ deltas: [], keyIds: "all" });
  stage.runtime.changed.emit({ entity: "key", id: "1" });
  await agree();
  expect(idOf("elsewhere")).not.toBe(0);

  // The overview keeps what it read a moment ago, but nothing from before a change.
  const blocked = async () => (await getOverview({ kind: "preset", preset: "1h" }, "UTC")).keys.blocked;
  expect(await blocked()).toBe(0);
  // What is likely chosen next is read meanwhile: a day by five minutes.
  const yesterday = Date.now() - 86_000_000;
  await vi.waitFor(() => expect(allUse().keeps("5m", yesterday)).toBe(true), 20_000);
  await updateKey({ actor: SYSTEM, id: String(idOf("renamed")), input: { blocked: true } });
  expect(await blocked()).toBe(1);
  await updateKey({ actor: SYSTEM, id: String(idOf("renamed")), input: { blocked: false } });
  expect(await blocked()).toBe(0);
});
