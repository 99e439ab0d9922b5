import { expect, it } from "vitest";
import { callFiltersOf, looksAtCalls, withFilter } from "./call-filter";

it.each([
  ["", {}],
  [
    "model=gpt-5&route=/v1/chat&status=429&outcome=rate_limited",
    { model: "gpt-5", route: "/v1/chat", status: "429", outcome: "rate_limited" },
  ],
  [
    "consumer=team%20a&source=7&client_ip=2001:db8::1",
    { consumer: "team a", source: "7", client_ip: "2001:db8::1" },
  ],
  ["model=&status=600&outcome=lost&client_ip=nowhere&range=6h", {}],
  ["status=0", { status: "0" }],
])("reads the filters of %j", (query, expected) => {
  expect(callFiltersOf(new URLSearchParams(query))).toEqual(expected);
});

it("knows which filters the tiers cannot answer", () => {
  expect(looksAtCalls({ source: "1", consumer: "a" })).toBe(false);
  expect(looksAtCalls({ source: "1", model: "a" })).toBe(true);
});

it("sets and takes away one filter", () => {
  const params = new URLSearchParams("range=6h&model=a&cursor=x");
  expect(withFilter(params, "model", "b").toString()).toBe("range=6h&model=b");
  expect(withFilter(params, "model", null).toString()).toBe("range=6h");
});
