import { expect, it } from "vitest";
import { formatRules, parseRules } from "./rules-file";

const TEXT = `rules:
  - name: First
    metric: requests
  - name: Second
    tiers:
      - severity: warning
        treshold: 5
`;

it("gives an issue the line and the words of its place", () => {
  const { rules, locate } = parseRules(TEXT, "rules.yaml");
  expect(rules).toHaveLength(2);
  expect(locate({ path: "rules.1.tiers.0.treshold", message: "is no field of a rule" })).toBe(
    "rules.yaml:7: rules[1].tiers[0].treshold: is no field of a rule",
  );
  // What is missing stands where it would have to be.
  expect(locate({ path: "rules.0.operator", message: "must be one of" })).toBe(
    "rules.yaml:2: rules[0].operator: must be one of",
  );
});

it.each([
  ["not YAML", "rules:\n  - name: [\n", /^f:\d+: /],
  ["a list", "- name: x\n", /^f:1: expected "rules:" with a list/],
  ["no list", "rules: 5\n", /^f:1: expected "rules:" with a list/],
  ["nothing", "", /^f:1: expected "rules:" with a list/],
  ["something else too", "rules: []\nrule: []\n", /^f:1: expected "rules:" alone, got "rule:" too/],
])("refuses %s", (_, text, message) => {
  expect(() => parseRules(text, "f")).toThrow(message);
});

it("writes what it reads", () => {
  const rules = [
    { name: "yes", operator: ">=", window: "5m", tiers: [{ severity: "warning", threshold: 0.1 }] },
  ];
  const text = formatRules(rules);
  expect(parseRules(text, "f").rules).toEqual(rules);
  expect(formatRules(parseRules(text, "f").rules as typeof rules)).toBe(text);
});
