import { describe, expect, it } from "vitest";
import { createArrivals, createLevel, rhythm } from "./arrivals";
import { createRandom } from "./random";
import { drawTokens, MEAN_INPUT_TOKENS, MEAN_OUTPUT_TOKENS } from "./tokens";

const draws = (() => {
  const random = createRandom("tokens");
  return Array.from({ length: 100_000 }, () => drawTokens(random));
})();

function quantile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(p * sorted.length)] ?? Number.NaN;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("drawTokens", () => {
  // Quantiles of the trace itself, not of the tables.
  it.each([
    [0.1, 207, 54],
    [0.25, 396, 85],
    [0.5, 1020, 129],
    [0.75, 1189, 395],
    [0.9, 2734, 424],
    [0.99, 4142, 601],
  ])("has the trace's quantiles at %d: %d in, %d out", (p, input, output) => {
    expect(
      quantile(
        draws.map((draw) => draw.input),
        p,
      ) / input,
    ).toBeCloseTo(1, 1);
    expect(
      quantile(
        draws.map((draw) => draw.output),
        p,
      ) / output,
    ).toBeCloseTo(1, 1);
  });

  it("has the trace's means", () => {
    expect(mean(draws.map((draw) => draw.input)) / 1155).toBeCloseTo(1, 1);
    expect(mean(draws.map((draw) => draw.output)) / 211).toBeCloseTo(1, 1);
    expect(MEAN_INPUT_TOKENS / mean(draws.map((draw) => draw.input))).toBeCloseTo(1, 1);
    expect(MEAN_OUTPUT_TOKENS / mean(draws.map((draw) => draw.output))).toBeCloseTo(1, 1);
  });

  it("answers very long prompts briefly, as the trace does", () => {
    const long = draws.filter((draw) => draw.input > 4000).map((draw) => draw.output);
    const usual = draws.filter((draw) => draw.input > 1000 && draw.input < 1200).map((draw) => draw.output);
    expect(quantile(long, 0.5)).toBeLessThan(100);
    expect(quantile(usual, 0.5)).toBeGreaterThan(350);
  });
});

/** Variance of the counts beyond Poisson's, relative to the squared mean. */
function excess(times: readonly number[], windowMs: number, untilMs: number): number {
  const counts = new Array<number>(Math.floor(untilMs / windowMs)).fill(0);
  for (const time of times) {
    const i = Math.floor(time / windowMs);
    if (i < counts.length) counts[i] = (counts[i] ?? 0) + 1;
  }
  const average = mean(counts);
  const variance = mean(counts.map((count) => (count - average) ** 2));
  return (variance / average - 1) / average;
}

describe("createArrivals", () => {
  const until = 20 * 3_600_000;
  const level = createLevel("fit", true);
  const arrivals = createArrivals(createRandom("fit"), 0, (at) => 5.53 * level(at));
  const times: number[] = [];
  for (let at = arrivals.next(until); at !== null; at = arrivals.next(until)) times.push(at);

  it.each([
    [1_000, 0.0696],
    [10_000, 0.0516],
    [60_000, 0.0454],
  ])("is as bursty as the trace in windows of %d ms", (windowMs, traced) => {
    expect(excess(times, windowMs, until) / traced).toBeGreaterThan(0.75);
    expect(excess(times, windowMs, until) / traced).toBeLessThan(1.25);
  });

  it("keeps the mean", () => {
    expect(times.length / (until / 1000) / 5.53).toBeGreaterThan(0.95);
    expect(times.length / (until / 1000) / 5.53).toBeLessThan(1.05);
  });

  it("makes nothing while nothing happens", () => {
    expect(createArrivals(createRandom("quiet"), 0, () => 0).next(1_000_000)).toBeNull();
  });
});

describe("rhythm", () => {
  it("averages 1 over a week", () => {
    const week = Array.from({ length: 7 * 24 * 4 }, (_, i) => rhythm(Date.UTC(2026, 2, 2) + i * 900_000));
    expect(mean(week)).toBeCloseTo(1, 2);
  });
});

describe("createRandom", () => {
  it("is uniform and normal enough, and gamma has its mean and shape", () => {
    const random = createRandom("moments");
    const uniform = Array.from({ length: 50_000 }, () => random.uniform());
    const normal = Array.from({ length: 50_000 }, () => random.normal());
    const gamma = Array.from({ length: 50_000 }, () => random.gamma(0.9));
    expect(mean(uniform)).toBeCloseTo(0.5, 2);
    expect(mean(normal.map((x) => x * x))).toBeCloseTo(1, 1);
    expect(mean(gamma)).toBeCloseTo(1, 1);
    expect(mean(gamma.map((x) => (x - 1) ** 2)) * 0.9).toBeCloseTo(1, 1);
  });

  it("refuses to pick from nothing", () => {
    expect(() => createRandom("x").pick([])).toThrow(RangeError);
  });
});
