import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Channel } from "@/lib/channels/channel";
import { keyring } from "@/lib/crypto";
import { openConfig, resealConfig, sealConfig, sealedFields } from "./config";

const ring = keyring("a secret of the tests, long enough to be one");

const webhook: Channel<{ url: string; secret?: string | undefined }> = {
  kind: "webhook",
  configSchema: z.strictObject({
    url: z.url("expected a URL"),
    secret: z.string().min(8, "expected at least 8 characters").optional(),
  }),
  secretFields: ["secret"],
  isConfigured: () => ({ ok: true }),
  render: () => ({ from: "", to: [], text: "" }),
  send: async () => ({ outcome: "sent", reached: [] }),
};
const channel = webhook as unknown as Channel<unknown>;
const url = "https://example.com/hook";

describe("the configuration of a channel", () => {
  it("is stored with its secrets apart and unreadable", () => {
    const stored = sealConfig(channel, { url, secret: "correct horse" }, ring);
    expect(stored.config).toEqual({ url });
    expect(stored.secrets).not.toBeNull();
    expect(JSON.stringify(stored)).not.toContain("correct horse");
    expect(sealedFields(stored, ring)).toEqual(["secret"]);
    expect(openConfig(channel, stored, ring)).toEqual({ url, secret: "correct horse" });
  });

  it("has no secrets when none are given", () => {
    const stored = sealConfig(channel, { url }, ring);
    expect(stored).toEqual({ config: { url }, secrets: null });
    expect(openConfig(channel, stored, ring)).toEqual({ url });
  });

  it("keeps a secret that a change leaves out, and takes one that it gives", () => {
    const stored = sealConfig(channel, { url, secret: "correct horse" }, ring);
    const moved = resealConfig(channel, stored, { url: "https://example.com/2" }, ring);
    expect(openConfig(channel, moved, ring)).toEqual({
      url: "https://example.com/2",
      secret: "correct horse",
    });
    const changed = resealConfig(channel, stored, { url, secret: "battery staple" }, ring);
    expect(openConfig(channel, changed, ring)).toEqual({ url, secret: "battery staple" });
  });

  it("names the field that is wrong", () => {
    expect(() => sealConfig(channel, { url: "no" }, ring)).toThrow("config.url: expected a URL");
    expect(() => sealConfig(channel, { url, secret: "short" }, ring)).toThrow(
      "config.secret: expected at least",
    );
  });

  it("says so when the secrets were sealed with another AUTH_SECRET", () => {
    const stored = sealConfig(channel, { url, secret: "correct horse" }, ring);
    const other = keyring("another secret, which is long enough as well");
    expect(() => openConfig(channel, stored, other)).toThrow("secrets cannot be read");
  });
});
