import { expect, it } from "vitest";
import type { QuietSpan } from "@/lib/domain/delivery/quiet";
import { quietWords, spanWords } from "./quiet-words";

it.each<[QuietSpan, string]>([
  [
    { days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], from: "22:00", to: "07:00" },
    "Every day 22:00–07:00",
  ],
  [{ days: ["mon", "tue", "wed", "thu", "fri"], from: "18:00", to: "24:00" }, "Mon–Fri 18:00–24:00"],
  [{ days: ["sun", "sat"], from: "00:00", to: "24:00" }, "Sat, Sun all day"],
  [{ days: ["mon", "wed", "thu", "fri"], from: "12:00", to: "13:00" }, "Mon, Wed–Fri 12:00–13:00"],
])("%j: %s", (span, words) => {
  expect(spanWords(span)).toBe(words);
});

it("names the zone", () => {
  const spans: QuietSpan[] = [{ days: ["sat", "sun"], from: "00:00", to: "24:00" }];
  expect(quietWords({ spans, time_zone: "America/New_York", critical_breaks_through: true })).toBe(
    "Sat, Sun all day, in America/New York",
  );
});
