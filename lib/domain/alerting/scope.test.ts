import { describe, expect, it } from "vitest";
import { instanceKey, matchesScope, parseInstanceKey, type Touched } from "./scope";
import { ruleOf } from "./step.testing";

const touched: Touched = {
  keyId: 9_007_199_254_740_991,
  provider: "openai",
  pool: { id: "pool_1", name: "main" },
  source: { id: "7", name: "kong" },
  consumer: "team: a",
};
const bare: Touched = { ...touched, pool: null, source: null, consumer: null };

describe("an instance's key", () => {
  it.each([
    ["key", "key:9007199254740991", "key:9007199254740991"],
    ["pool", "pool:pool_1", null],
    ["provider", "provider:openai", "provider:openai"],
    ["consumer", "consumer:team: a", null],
    ["all", "all", "all"],
  ])("for each %s is %s, and %s without pool and consumer", (each, expected, expectedBare) => {
    const rule = ruleOf({ scope: { each } });
    expect(instanceKey(rule, touched)).toBe(expected);
    expect(instanceKey(rule, bare)).toBe(expectedBare);
  });

  it("is none where the scope does not match", () => {
    expect(instanceKey(ruleOf({ scope: { each: "all", provider: "anthropic" } }), touched)).toBeNull();
  });

  it.each(["key:12", "pool:pool_1", "provider:a:b", "consumer:team: a", "all"])(
    "%s can be taken apart",
    (text) => {
      const { each, id } = parseInstanceKey(text);
      expect(id === null ? each : `${each}:${id}`).toBe(text);
    },
  );

  it.each(["", "key:", "team:a", "12"])("%j is none", (text) => {
    expect(() => parseInstanceKey(text)).toThrow(RangeError);
  });
});

describe("a scope", () => {
  it.each([
    [{}, true, true],
    [{ key: "9007199254740991" }, true, true],
    [{ key: "1" }, false, false],
    [{ provider: "OpenAI" }, true, true],
    [{ provider: "anthropic" }, false, false],
    [{ pool: "main" }, true, false],
    [{ pool: "pool_1" }, true, false],
    [{ pool: "other" }, false, false],
    [{ source: "kong" }, true, false],
    [{ source: "7" }, true, false],
    [{ consumer: "team: a" }, true, false],
    [{ consumer: "team: b" }, false, false],
    [{ provider: "openai", consumer: "team: b" }, false, false],
    [{ tag: "env=prod" }, true, true],
  ])("%j matches: %s, and without pool, source and consumer: %s", (scope, expected, expectedBare) => {
    const rule = ruleOf({ scope });
    expect(matchesScope(rule.scope, touched)).toBe(expected);
    expect(matchesScope(rule.scope, bare)).toBe(expectedBare);
  });
});
