import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GROUP_BY, SERIES_METRICS } from "../usage/query";
import { EXPLORE_KINDS } from "./exploration";
import {
  EXPLORE_FILTERS,
  type Exploration,
  explorationParams,
  explorationQuery,
  explorationText,
  explorationTitle,
  readExploration,
  stepsFor,
  unitOf,
} from "./exploration-query";
import { PRESETS } from "./range";

const read = (query: string) => readExploration(new URLSearchParams(query));
const issuesOf = (query: string) =>
  explorationParams
    .safeParse(new URLSearchParams(query))
    .error?.issues.map(({ path, message }) => `${path.join(".")} ${message}`);

const label = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text.trim() !== "");
const values: Partial<Record<(typeof EXPLORE_FILTERS)[number], fc.Arbitrary<string[]>>> = {
  key: fc.uniqueArray(fc.integer({ min: 1, max: 1e9 }).map(String), { minLength: 1, maxLength: 3 }),
  provider: label.map((text) => [text.toLowerCase()]),
  status: fc.integer({ min: 0, max: 599 }).map((status) => [String(status)]),
  outcome: fc.constantFrom("success", "timeout").map((outcome) => [outcome]),
};
const exploration: fc.Arbitrary<Exploration> = fc.record({
  metrics: fc
    .uniqueArray(fc.constantFrom(...SERIES_METRICS), { minLength: 1, maxLength: 3 })
    .map((names) => names.filter((name) => unitOf([name]) === unitOf(names))),
  filters: fc.record(
    Object.fromEntries(
      EXPLORE_FILTERS.map((name) => [name, values[name] ?? label.map((text) => [text])]),
    ) as Record<string, fc.Arbitrary<string[]>>,
    { requiredKeys: [] },
  ),
  groupBy: fc.option(fc.constantFrom(...GROUP_BY)),
  step: fc.constantFrom(null, "1h" as const, "1d" as const),
  kind: fc.constantFrom(...EXPLORE_KINDS),
  range: fc.oneof(
    fc.constantFrom(...PRESETS).map((preset) => ({ kind: "preset" as const, preset })),
    fc.constant({ kind: "custom" as const, from: Date.UTC(2026, 10, 1), to: Date.UTC(2026, 10, 2) }),
  ),
});

describe("an exploration's address", () => {
  it("says all of it", () => {
    fc.assert(
      fc.property(exploration, (one) => {
        expect(readExploration(explorationQuery(one))).toEqual(one);
        const text = explorationText.parse(explorationQuery(one).toString());
        expect(explorationText.parse(text)).toBe(text);
      }),
    );
  });

  it.each([
    ["", "metric=requests&range=1h"],
    ["metric=speed&group_by=model&range=7d", "metric=requests&group_by=model&range=7d"],
    ["step=10s&group_by=route", "metric=requests&group_by=route&range=1h"],
    ["from=yesterday&as=pie", "metric=requests&range=1h"],
    ["from=1795442400000", "metric=requests&range=1h"],
    ["metric=requests&metric=cost_usd&range=6h", "metric=requests&range=6h"],
  ])("of %s is read as %s", (query, expected) => {
    expect(explorationQuery(read(query)).toString()).toBe(expected);
  });

  it("is read, whatever it holds", () => {
    const names = fc.constantFrom(
      "metric",
      "key",
      "status",
      "group_by",
      "step",
      "from",
      "to",
      "range",
      "as",
      "x",
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(names, fc.string())), (pairs) => {
        expect(readExploration(new URLSearchParams(pairs)).metrics.length).toBeGreaterThan(0);
      }),
    );
  });

  it.each([
    ["metric=requests&metric=cost_usd", ["metric must be metrics of one unit"]],
    ["group_by=model&step=5m", ["step must be 1h or more with group_by=model"]],
    ["from=1795442400000", ["to must be given too"]],
    ["from=1795442400000&to=1795442400001", ["from The end must be at least a minute after the start."]],
    ["status=999", ["status must be 0 or an HTTP status"]],
  ])("%s is refused where it has to be right", (query, expected) => {
    expect(issuesOf(query)).toEqual(expected);
    expect(() => explorationText.parse(query)).toThrow();
  });
});

it("names itself", () => {
  expect(explorationTitle(read("metric=requests&metric=errors&group_by=client_ip&step=1h"))).toBe(
    "Requests and errors by client address",
  );
  expect(explorationTitle(read("metric=latency_p50&metric=latency_p95&metric=latency_p99"))).toBe(
    "Latency p50, latency p95 and latency p99",
  );
  expect(stepsFor("model")).toEqual(["1h", "1d"]);
});
