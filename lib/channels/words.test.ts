import { describe, expect, it } from "vitest";
import type { MetricName } from "@/lib/domain/usage/metric";
import type { Notification } from "./notification";
import { testNotification } from "./sample";
import {
  conditionText,
  headline,
  stateWord,
  subjectDetail,
  subjectName,
  valueText,
  windowText,
} from "./words";

const sample = testNotification({ channelName: "Ops", at: 0, zone: "UTC", link: "https://k.example/" });
const firing: Notification = { ...sample, kind: "firing", severity: "critical" };

describe("valueText", () => {
  it.each<[MetricName, number | null, string]>([
    ["requests", 2_879_714, "2,879,714 requests"],
    ["requests", 1, "1 request"],
    ["throttled", 12, "12 throttled requests"],
    ["input_tokens", 41_000, "41,000 input tokens"],
    ["total_tokens", 41_000, "41,000 tokens"],
    ["error_rate", 0.053, "error rate 5.3 %"],
    ["latency_p95", 2_310, "latency p95 2.31 s"],
    ["cost_usd", 12.5, "$ 12.50 spent"],
    ["distinct_ips", 1, "1 distinct address"],
    ["limit_used", 0.97, "97 % of the limit used"],
    ["seconds_to_exhaustion", 760, "runs dry in 12 min 40 s"],
    ["seconds_to_exhaustion", 0, "run dry"],
    ["seconds_to_exhaustion", null, "not running dry"],
    ["seconds_since_last_event", 720, "last event 12 min ago"],
    ["error_rate", null, "no value for error rate"],
  ])("%s of %s", (name, value, expected) => expect(valueText(name, value)).toBe(expected));
});

describe("windowText", () => {
  it.each([
    ["5m", "in 5 min"],
    ["24h", "in 1 d"],
    ["calendar_day", "today"],
    [null, ""],
    ["odd", "in odd"],
  ])("%s", (window, expected) => expect(windowText(window)).toBe(expected));
});

describe("headline", () => {
  it("says name, reading and condition", () => {
    expect(headline(firing)).toBe("example-key: 952 requests in 5 min (≥ 950)");
  });

  it("leaves the condition out of a resolution", () => {
    const resolved: Notification = { ...firing, kind: "resolved", value: 310 };
    expect(headline(resolved)).toBe("example-key: 310 requests in 5 min");
    expect(stateWord(resolved)).toBe("resolved");
  });

  it("gives the reason of a resolution without a value", () => {
    const gone: Notification = { ...firing, kind: "resolved", value: null, detail: "The key was deleted." };
    expect(headline(gone)).toBe("example-key: the key was deleted");
  });

  it("names what has no data", () => {
    const silent: Notification = {
      ...firing,
      kind: "no_data",
      metric: "error_rate",
      value: null,
      threshold: 0.05,
    };
    expect(headline(silent)).toBe("example-key: no data for error rate in 5 min");
  });
});

describe("subjects", () => {
  it("are called by their name, else by the masked key", () => {
    const key = { kind: "key", name: null, hint: "sk-…4f2a", provider: "openai" } as const;
    expect([subjectName(key), subjectDetail(key)]).toEqual(["sk-…4f2a", "openai"]);
    expect(subjectName({ kind: "pool", name: "chat" })).toBe("pool chat");
    expect(subjectName({ kind: "all" })).toBe("All keys");
    expect(subjectName({ kind: "provider", name: "\u202e" })).toBe("provider without a name");
  });
});

it.each([
  [{ metric: "requests", operator: ">=", threshold: 950, value: 950 }, "≥ 950"],
  [{ metric: "error_rate", operator: ">", threshold: 0.12, value: 0.2 }, "> 12 %"],
  [{ metric: "limit_used", operator: ">=", threshold: 0.8, value: 0.71 }, "was ≥ 80 %"],
  [{ metric: "requests", operator: ">=", threshold: 950, value: null }, "≥ 950"],
  [{ metric: "requests", operator: ">=", threshold: null, value: 3 }, ""],
] as const)("the condition of %j reads %s", (notification, text) => {
  expect(conditionText(notification)).toBe(text);
});
