import { describe, expect, it } from "vitest";
import { below, endpointOf, maskedSecret, maskedUrl, openUrl, withoutCredentials } from "./url";

const SLACK = "https://hooks.slack.com/services/T0/B0/abcdefgh9f2c";

describe("a URL that is shown", () => {
  it("is its host and its end where it is a secret", () => {
    expect(maskedUrl(SLACK)).toBe("https://hooks.slack.com/…9f2c");
    expect(maskedUrl("https://x.example/short")).toBe("https://x.example/…");
  });

  it.each([
    ["http://127.0.0.1:9/hook", "http://127.0.0.1:9/hook"],
    ["http://alertmanager:9093", "http://alertmanager:9093"],
    ["https://a:b@x.example/h?token=abc&v=1", "https://…@x.example/h?token=…&v=…"],
  ])("%s has no secret as %s", (url, shown) => {
    expect(openUrl(url)).toBe(shown);
  });

  it("shows little of a secret, and nothing of a short one", () => {
    expect(maskedSecret("R0123456789abcdef")).toBe("…cdef");
    expect(maskedSecret("hunter2")).toBe("…");
  });
});

describe("a URL to post to", () => {
  it.each([
    ["http://am:9093", "http://am:9093/api/v2/alerts"],
    ["http://am:9093/prefix/", "http://am:9093/prefix/api/v2/alerts"],
    ["http://am:9093/api/v2/alerts", "http://am:9093/api/v2/alerts"],
  ])("%s becomes %s", (base, expected) => {
    expect(below(base, "/api/v2/alerts")).toBe(expected);
  });

  it("has its credentials in a header", () => {
    expect(withoutCredentials("https://us%40er:p%3Aw@x.example/h")).toEqual({
      url: "https://x.example/h",
      headers: { Authorization: `Basic ${Buffer.from("us@er:p:w").toString("base64")}` },
    });
    expect(withoutCredentials("https://x.example/h?a=1")).toEqual({
      url: "https://x.example/h?a=1",
      headers: {},
    });
  });

  it.each([
    ["slack", SLACK, null],
    ["slack", "http://127.0.0.1:1/x", null],
    ["discord", SLACK, "this is a URL of Slack: use a channel of the kind slack"],
    [
      "webhook",
      "https://discord.com/api/webhooks/1/x",
      "this is a URL of Discord: use a channel of the kind discord",
    ],
    [
      "teams",
      "https://a.webhook.office.com/x",
      "connectors are retired by Microsoft: make a webhook in the Workflows app of Teams",
    ],
    ["slack", "ftp://x", "expected an http or https URL such as E"],
    ["slack", "https://x y", "expected an http or https URL such as E"],
    ["slack", "hooks", "expected an http or https URL such as E"],
    ["slack", 5, "expected an http or https URL such as E"],
  ])("of the kind %s, %s: %s", (kind, url, fault) => {
    expect(endpointOf(kind, "E").safeParse(url).error?.issues[0]?.message ?? null).toBe(fault);
  });
});
