import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { applyRules, exportRules } from "@/lib/features/rules/code";
import { listRules } from "@/lib/features/rules/queries";
import type { Runtime } from "@/lib/runtime";
import { OPERATOR, type Scene, scene } from "../support/alerting";
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

const apply = (input: unknown[], options: { dryRun?: boolean; prune?: boolean } = {}) =>
  applyRules({ actor: OPERATOR, input, ...options });
const names = (rules: readonly { definition: { name: string } }[]) =>
  rules.map(({ definition }) => definition.name);
const versions = async () =>
  (await listRules({})).data.map(({ name, version }) => `${name} ${version}`).sort();

it("exported and applied, nothing changes; changed, only what differs does", async () => {
  const channel = await stage.channel();
  await stage.rule({ name: "A", channels: [channel], escalation: [{ after: "15m", channels: [channel] }] });
  await stage.rule({
    name: "B",
    metric: "error_rate",
    tiers: [{ severity: "critical", threshold: 0.5, recovery: 0.4 }],
  });
  await stage.rule({ name: "Twin", enabled: false });
  await stage.rule({ name: "Twin", window: "calendar_day" });
  const exported = await exportRules();
  expect(exported[0]).toMatchObject({ name: "A", channels: [`Ops ${channel}`] });
  expect(exported[0]).not.toHaveProperty("id");
  expect(exported[2]).toHaveProperty("id");
  const file = JSON.parse(JSON.stringify(exported)) as Record<string, unknown>[];
  const same = await apply(file);
  expect([same.create, same.update, same.others]).toEqual([[], [], []]);
  expect(await versions()).toEqual(["A 1", "B 1", "Twin 1", "Twin 1"]);
  expect(await exportRules()).toEqual(exported);

  const [a = {}, , ...twins] = file;
  const changed = [{ ...a, window: "5m", channels: [] }, ...twins, { ...file[1], name: "C" }];
  for (const dryRun of [true, false]) {
    const plan = await apply(changed, { dryRun, prune: true });
    expect(names(plan.create)).toEqual(["C"]);
    expect(plan.update[0]?.changes).toEqual([
      { field: "window", before: "1m", after: "5m" },
      { field: "channels", before: `Ops ${channel}`, after: null },
    ]);
    expect(names(plan.others)).toEqual(["B"]);
    if (dryRun) expect(await exportRules()).toEqual(exported);
  }
  expect(await versions()).toEqual(["A 2", "C 1", "Twin 1", "Twin 1"]);
  const again = await apply(changed, { prune: true });
  expect([again.create, again.update, again.others]).toEqual([[], [], []]);
  const audit = await runtime.db.prisma.auditEntry.findMany({
    where: { entity: "rule", actorName: OPERATOR.name },
  });
  expect(
    audit
      .map(({ action }) => action)
      .sort()
      .slice(-2),
  ).toEqual(["rule.delete", "rule.update"]);
});

it("names everything that is wrong, and then changes nothing at all", async () => {
  await stage.channel();
  const fine = {
    name: "Fine",
    metric: "requests",
    window: "1m",
    operator: ">=",
    tiers: [{ severity: "warning", threshold: 1 }],
  };
  const error = await apply([
    fine,
    { ...fine, name: "B", window: "5 minutes" },
    { ...fine, name: "C", channels: ["Nobody"], scope: { each: "key", pool: "none" } },
    { ...fine, name: "D", tiers: [{ severity: "warning", threshold: 1, recover: 0 }] },
  ]).catch((reason: unknown) => reason);
  expect((error as { issues: { path: string }[] }).issues.map(({ path }) => path)).toEqual([
    "rules.1.window",
    "rules.2.channels.0",
    "rules.2.scope.pool",
    "rules.3.tiers.0.recover",
  ]);
  expect(await versions()).toEqual([]);
  await expect(applyRules({ actor: { ...OPERATOR, role: "viewer" }, input: [] })).rejects.toMatchObject({
    code: "forbidden",
  });
});
