import { describe, expect, it } from "vitest";
import { filledSetup, masked } from "./setup";

const fill = (text: string, format: "kong" | "native" = "kong") =>
  filledSetup(text, { origin: "https://keygauge.example.com:8443", format, token: "kgi_$&secret" });

describe("a set-up text", () => {
  it.each([
    ["{{url}}", "https://keygauge.example.com:8443/api/v1/ingest/kong"],
    ["{{origin}}/x", "https://keygauge.example.com:8443/x"],
    ["Host {{host}}", "Host keygauge.example.com:8443"],
    ["Bearer {{token}}, {{token}}", "Bearer kgi_$&secret, kgi_$&secret"],
    ["{{ .Values.other }} {{unknown}}", "{{ .Values.other }} {{unknown}}"],
  ])("fills in %s", (text, expected) => {
    expect(fill(text)).toBe(expected);
  });

  it("posts Keygauge's own events to their own address", () => {
    expect(fill("{{url}}", "native")).toBe("https://keygauge.example.com:8443/api/v1/events");
  });
});

it("masks a secret but for what tells its kind", () => {
  expect(masked("kgi_abcdefghijkl")).toBe("kgi_ab••••••••••••");
});
