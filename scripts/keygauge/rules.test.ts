import { expect, it } from "vitest";
import { ruleInputSchema } from "@/lib/domain/alerting/rule";
import { planRules } from "@/lib/domain/alerting/rule-code";
import { ruleBody } from "@/lib/domain/alerting/step.testing";
import { describe } from "./rules";

const input = (overrides: Record<string, unknown>) => ruleInputSchema.parse(ruleBody(overrides));
const plan = planRules(
  [
    { id: "r1", definition: input({ name: "A" }) },
    { id: "r2", definition: input({ name: "Old" }) },
    { id: "r3", definition: input({ name: "Same" }) },
  ],
  [
    { definition: input({ name: "A", window: "1m", channels: ["On call"] }) },
    { definition: input({ name: "New" }) },
    { definition: input({ name: "Same" }) },
  ],
);

it("says what would change, rule by rule and field by field", () => {
  expect(describe(plan, { prune: true, dryRun: true })).toBe(`+ New
~ A
    window: 5m → 1m
    channels: (none) → On call
- Old
1 to create, 1 to change, 1 to delete, 1 unchanged.
Nothing was changed: this was a dry run.
`);
});

it("says what was done, and what was kept", () => {
  expect(describe(plan, { prune: false, dryRun: false }).split("\n").at(-2)).toBe(
    "1 created, 1 changed, 0 deleted, 1 unchanged, 1 not in the file, kept (--prune deletes them).",
  );
});
