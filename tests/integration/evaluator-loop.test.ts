import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { Runtime } from "@/lib/runtime";
import { listen } from "@/lib/server/listen";
import { startEvaluator } from "@/lib/worker/evaluator";
import { type Scene, scene } from "../support/alerting";
import { createRuntime } from "../support/database";

let runtime: Runtime & { close(): Promise<void> };
let stage: Scene;

beforeAll(async () => {
  runtime = await createRuntime();
  stage = await scene(runtime);
  stage.now = Date.now();
});
afterAll(() => runtime.close());

const firing = () =>
  vi.waitFor(async () => expect(await stage.incidents()).toHaveLength(1), { timeout: 10_000, interval: 20 });

it("evaluates after a commit, follows rules and outlives the database's connections", async () => {
  const listener = await listen(runtime, runtime.env.databaseUrl ?? "");
  const evaluator = startEvaluator(runtime);
  try {
    await stage.rule({ window: "10m" });
    await stage.post("k1", 9);
    // Every connection is cut, so a run may fail, and the notices have to be listened to anew.
    await runtime.db.pool
      .query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
      )
      .catch(() => {});
    await vi.waitFor(() => stage.post("k1", 1), { timeout: 10_000 });
    await firing();
    expect(evaluator.healthy()).toBe(true);
  } finally {
    await evaluator.stop();
    await listener.close();
  }
});

it("what a stopped server left behind, the next one evaluates", async () => {
  stage = await scene(runtime);
  stage.now = Date.now();
  await stage.rule({ window: "10m" });
  const first = startEvaluator(runtime);
  await first.stop();
  await stage.post("k1", 10);
  const second = startEvaluator(runtime);
  await firing();
  await second.stop();
  expect(await stage.transitions()).toEqual(["ok → firing warning 10"]);
});
