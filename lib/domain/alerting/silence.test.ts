import { expect, it } from "vitest";
import { type SilenceMatcher, silences } from "./silence";

const ABOUT = {
  keyId: 42,
  provider: "openai",
  pool: { id: "pool_1", name: "fast" },
  ruleId: "rule_1",
  severity: "critical" as const,
};

it.each<[SilenceMatcher, boolean]>([
  [{}, true],
  [{ key: "42" }, true],
  [{ key: "43" }, false],
  [{ keys: ["41", "42"] }, true],
  [{ keys: ["41", "43"] }, false],
  [{ keys: ["42"], severity: "warning" }, false],
  [{ provider: "OpenAI" }, true],
  [{ provider: "anthropic" }, false],
  [{ pool: "pool_1" }, true],
  [{ pool: "fast" }, true],
  [{ pool: "slow" }, false],
  [{ rule: "rule_1", severity: "critical" }, true],
  [{ rule: "rule_1", severity: "warning" }, false],
])("a silence on %j: %s", (matcher, expected) => {
  expect(silences(matcher, ABOUT)).toBe(expected);
});

it("what is about no single key is not silenced with one", () => {
  expect(silences({ key: "42" }, { ...ABOUT, keyId: null, pool: null })).toBe(false);
  expect(silences({ keys: ["42"] }, { ...ABOUT, keyId: null, pool: null })).toBe(false);
});
