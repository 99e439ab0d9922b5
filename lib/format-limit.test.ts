import { describe, expect, it } from "vitest";
import { limitWords, usedWords } from "./format-limit";

describe("limitWords", () => {
  it.each([
    ["requests", "calendar_day", "requests a day"],
    ["total_tokens", "1m", "tokens a minute"],
    ["cost_usd", "calendar_month", "cost a month"],
    ["input_tokens", "5m", "input tokens in any 5 min"],
    ["requests", "24h", "requests in any 24 h"],
  ] as const)("reads %s per %s as %s", (metric, window, words) => {
    expect(limitWords(metric, window)).toBe(words);
  });
});

describe("usedWords", () => {
  it("names the money and leaves the noun of counts to the label", () => {
    expect(usedWords({ metric: "requests", used: 440, amount: 1_000 })).toBe("440 of 1,000");
    expect(usedWords({ metric: "cost_usd", used: 4_100, amount: 5_000 })).toBe("$ 4,100 of $ 5,000");
  });
});
