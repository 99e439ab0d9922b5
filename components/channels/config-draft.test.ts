import { describe, expect, it } from "vitest";
import { CHANNEL_KINDS } from "@/lib/domain/delivery/kind";
import { destinationOf, draftConfig, shownValue } from "./config-draft";
import { channelKind } from "./kinds";

const draft = (kind: string, typed: Record<string, string>, stored = {}) =>
  draftConfig(channelKind(kind).fields, (name) => typed[name] ?? "", stored);

describe("the configuration that a form sends", () => {
  it.each([
    ["email", { to: "a@example.com,\n b@example.com" }, {}, { to: ["a@example.com", "b@example.com"] }],
    ["slack", { url: " https://hooks.slack.com/x " }, {}, { url: "https://hooks.slack.com/x" }],
    ["slack", {}, { url: "https://hooks.slack.com/…9f2c" }, {}],
    ["webhook", { url: "https://a.example" }, {}, { url: "https://a.example" }],
    ["webhook", {}, {}, { url: "" }],
    ["pagerduty", { routing_key: "k" }, {}, { routing_key: "k" }],
    ["pagerduty", {}, { url: "https://events.eu.pagerduty.com" }, { url: null }],
  ])("%s with %j over %j", (kind, typed, stored, expected) => {
    expect(draft(kind, typed, stored)).toEqual(expected);
  });

  it("is what was stored when nothing is typed over what is shown", () => {
    const stored = { url: "https://a.example/h", secret: "…9f2c" };
    const { fields } = channelKind("webhook");
    const typed = Object.fromEntries(fields.map((field) => [field.name, shownValue(field, stored)]));
    expect(draft("webhook", typed, stored)).toEqual({ url: "https://a.example/h" });
  });
});

it("every kind has a look and says where it goes", () => {
  for (const kind of CHANNEL_KINDS) expect(channelKind(kind).fields.length).toBeGreaterThan(0);
  expect(destinationOf({ to: ["a", "b"] })).toBe("a, b");
  expect(destinationOf({ routing_key: "…cdef", url: "https://x.example" })).toBe("https://x.example");
  expect(destinationOf({})).toBe("");
});
