import { expect, test } from "vitest";
import { EnvError, readEnv } from "./env";

test.each([
  ["TRUST_PROXY", "proxy.example.com"],
  ["TRUST_PROXY", "10.0.0.0/33"],
  ["TRUST_PROXY", "10.0.0.1/8/8"],
  ["KEYGAUGE_ALLOW_HOSTS", "10.0.0.0/33"],
  ["KEYGAUGE_ALLOW_HOSTS", "-"],
  ["KEYGAUGE_INGEST_TOKEN", "short"],
  ["PORT", "65536"],
  ["SMTP_URL", "mail.example.com"],
])("%s=%s is refused by name, with what is expected", (name, value) => {
  const refusal = expect(() => readEnv({ [name]: value }));
  refusal.toThrow(EnvError);
  refusal.toThrow(new RegExp(`^${name}: expected `));
});

test("proxies are addresses and ranges; hosts that channels may reach have names too", () => {
  const read = readEnv({
    TRUST_PROXY: "127.0.0.1, 10.0.0.0/8 ::1",
    KEYGAUGE_ALLOW_HOSTS: "hooks.internal,10.0.0.0/8",
  });
  expect(read).toMatchObject({
    trustProxy: ["127.0.0.1", "10.0.0.0/8", "::1"],
    allowHosts: ["hooks.internal", "10.0.0.0/8"],
  });
});
