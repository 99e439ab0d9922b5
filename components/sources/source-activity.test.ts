import { describe, expect, it } from "vitest";
import { sourceActivity } from "./source-activity";

const NOW = Date.UTC(2026, 0, 2, 12);
const ago = (ms: number) => new Date(NOW - ms).toISOString();

describe("a source's activity", () => {
  it.each([
    ["waits before its first event", null, "waiting"],
    ["is live right after one", ago(0), "live"],
    ["is live just before ten minutes", ago(599_999), "live"],
    ["is quiet from ten minutes on", ago(600_000), "quiet"],
    ["is live when its clock is ahead", ago(-5_000), "live"],
  ])("%s", (_, at, expected) => {
    expect(sourceActivity(at, NOW)).toBe(expected);
  });
});
