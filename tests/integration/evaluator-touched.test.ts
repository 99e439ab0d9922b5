import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { Runtime } from "@/lib/runtime";
import { scene } from "../support/alerting";
import { createRuntime } from "../support/database";

const counted = vi.hoisted(() => ({ evaluations: 0 }));
vi.mock("@/lib/worker/evaluation/stepping", async (load) => {
  const original = await load<typeof import("@/lib/worker/evaluation/stepping")>();
  return {
    ...original,
    evaluate(...input: Parameters<typeof original.evaluate>) {
      counted.evaluations += 1;
      return original.evaluate(...input);
    },
  };
});

let runtime: Runtime & { close(): Promise<void> };

beforeAll(async () => {
  runtime = await createRuntime();
});
afterAll(() => runtime.close());

const PROVIDERS = 200;
const RULES_EACH = 5;
const KEYS_EACH = 50;

it("1,000 rules and 10,000 keys cost evaluations only for what was touched", async () => {
  const stage = await scene(runtime);
  const { pool } = runtime.db;
  await stage.post("k1", 1, { provider: "p1" });
  await pool.query(
    `INSERT INTO api_key (id, provider, fingerprint, hint, name)
     SELECT 1000000 + n, 'p' || 1 + n % $1, sha256(n::text::bytea), 'sk-…', 'filler' || n FROM generate_series(1, $2::int) n`,
    [PROVIDERS, PROVIDERS * KEYS_EACH - 1],
  );
  const { id } = await stage.rule({ scope: { each: "key", provider: "p1" } });
  await pool.query(
    `INSERT INTO rule (id, name, metric, definition, evaluated_to, created_by)
     SELECT 'rule_' || n, 'rule ' || n, metric, jsonb_set(definition, '{scope,provider}', to_jsonb('p' || 1 + n % $2)), evaluated_to, created_by
       FROM rule, generate_series(1, $3::int) n WHERE id = $1`,
    [id, PROVIDERS, PROVIDERS * RULES_EACH - 1],
  );
  const engine = await stage.engine();
  const evaluations = async (work: () => Promise<void> | void) => {
    counted.evaluations = 0;
    await work();
    await engine.run(stage.now);
    return counted.evaluations;
  };
  // Nothing happened, and time alone asks for nothing: nothing is polled.
  expect(engine.nextAt()).toBeNull();
  stage.pass(3_600);
  expect(await evaluations(() => {})).toBe(0);

  const key = await stage.keyId("k1");
  await stage.post("k1", 1, { provider: "p1" });
  expect(await evaluations(() => engine.pending.touch([key]))).toBe(RULES_EACH);
  const fillers = [1_000_001, 1_000_002, 1_000_003];
  expect(await evaluations(() => engine.pending.touch(fillers))).toBe(fillers.length * RULES_EACH);
  // One that fires is looked at again when its window lets go of it, and so are no others.
  await stage.post("k1", 20, { provider: "p1" });
  expect(await evaluations(() => engine.pending.touch([key]))).toBe(RULES_EACH);
  const nextAt = engine.nextAt();
  expect(nextAt).not.toBeNull();
  stage.now = nextAt ?? 0;
  expect(await evaluations(() => {})).toBeLessThanOrEqual(RULES_EACH);
});
