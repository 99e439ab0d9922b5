import { describe, expect, it } from "vitest";
import { readingWords, subjectWords, thresholdWords } from "./words";

describe("an incident in words", () => {
  it.each([
    [{ subject: "prod-chat", scope_key: "key:12", key: "12" }, "prod-chat"],
    [{ subject: "openai", scope_key: "provider:openai", key: null }, "provider openai"],
    [{ subject: null, scope_key: "all", key: null }, "Everything together"],
    [{ subject: null, scope_key: "key:12", key: "12" }, "A key that is gone"],
  ])("%j is about %s", (incident, words) => {
    expect(subjectWords(incident)).toBe(words);
  });

  it("reads its value with unit and time", () => {
    expect(readingWords({ metric: "requests", value: 952, window: "5m" })).toBe("952 requests in 5 min");
    expect(readingWords({ metric: "cost_usd", value: 12, window: "calendar_day" })).toBe("$ 12.00 today");
    expect(readingWords({ metric: "limit_used", value: 0.97, window: null })).toBe("97 %");
    expect(readingWords({ metric: "error_rate", value: null, window: "5m" })).toBe("no value");
  });

  it("shows the comparison as it is made", () => {
    expect(thresholdWords({ metric: "error_rate", operator: ">", threshold: 0.05 })).toBe("> 5 %");
    expect(thresholdWords({ metric: "requests", operator: ">=", threshold: null })).toBeNull();
  });
});
