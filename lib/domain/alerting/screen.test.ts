import fc from "fast-check";
import { expect, it } from "vitest";
import { HOUR, MINUTE } from "@/lib/domain/usage/duration";
import { holds } from "./comparison";
import { screenOf } from "./screen";
import { ruleOf } from "./step.testing";

const tiers = (threshold: number, recovery: number | null = null) => [
  { severity: "warning", threshold, recovery },
];

it.each<[string, Record<string, unknown>]>([
  ["fires below", { operator: "<" }],
  ["fires at nothing", { tiers: tiers(0) }],
  ["recovers at nothing", { tiers: tiers(5, 0) }],
  ["fires for missing data", { no_data: "alert" }],
  [
    "keeps what it has without data, and may have none",
    { metric: "error_rate", tiers: tiers(0.5), no_data: "keep" },
  ],
  ["counts a calendar's period", { window: "calendar_day" }],
  ["counts consumers, whose keys are not known before", { scope: { each: "consumer" } }],
  ["reads addresses", { metric: "distinct_ips", window: "1h" }],
])("nothing can be ruled out where a rule %s", (_, overrides) => {
  expect(screenOf(ruleOf(overrides))).toBeNull();
});

it.each([
  ["10s", MINUTE, MINUTE],
  ["5m", 5 * MINUTE, 5 * MINUTE],
  ["12m", 5 * MINUTE, 15 * MINUTE],
  ["1h", HOUR, HOUR],
  ["2d", HOUR, 49 * HOUR],
])("blocks and the frame before them cover every window of %s", (window, blockMs, frameMs) => {
  expect(screenOf(ruleOf({ window }))).toMatchObject({ blockMs, frameMs });
});

it("asks for no more than what any firing window holds", () => {
  const rates = fc.record({
    bad: fc.nat(50),
    requests: fc.integer({ min: 1, max: 50 }),
    threshold: fc.double({ min: 0.01, max: 1, noNaN: true }),
    minRequests: fc.nat(40),
  });
  fc.assert(
    fc.property(rates, ({ bad, requests, threshold, minRequests }) => {
      const rule = ruleOf({ metric: "error_rate", tiers: tiers(threshold), min_requests: minRequests });
      const screen = screenOf(rule);
      const fires =
        requests >= minRequests && holds(Math.min(bad, requests) / requests, rule.operator, threshold);
      if (fires) expect(Math.min(bad, requests)).toBeGreaterThanOrEqual(screen?.atLeast ?? 0);
    }),
  );
});
