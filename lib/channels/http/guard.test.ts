import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ForbiddenHost, isPublic, permittedAddresses } from "./guard";

describe("isPublic", () => {
  it.each([
    "93.184.215.14",
    "8.8.8.8",
    "172.32.0.1",
    "100.128.0.1",
    "2606:4700::6810:84e5",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
  ])("%s is", (address) => {
    expect(isPublic(address)).toBe(true);
  });

  it.each([
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "192.0.0.192",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:a9fe:a9fe",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::808:808",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
    "2001:db8::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "not an address",
  ])("%s is not", (address) => {
    expect(isPublic(address)).toBe(false);
  });

  it("holds of an IPv4 address however it is wrapped", () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const hex = address
          .split(".")
          .map((part) => Number(part).toString(16).padStart(2, "0"))
          .join("")
          .replace(/^(.{4})/, "$1:");
        expect(isPublic(`::ffff:${hex}`)).toBe(isPublic(address));
        expect(isPublic(`64:ff9b::${hex}`)).toBe(isPublic(address));
      }),
    );
  });
});

describe("permittedAddresses", () => {
  const at =
    (...addresses: string[]) =>
    async () =>
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
  const ask = (url: string, allow: string[], ...addresses: string[]) =>
    permittedAddresses(new URL(url), allow, at(...addresses));

  it("gives every address of a public host", async () => {
    expect(await ask("https://example.com/x", [], "93.184.215.14", "2606:4700::1")).toEqual([
      { address: "93.184.215.14", family: 4 },
      { address: "2606:4700::1", family: 6 },
    ]);
  });

  it.each([
    ["https://example.com/", ["93.184.215.14", "127.0.0.1"]],
    ["https://example.com/", ["::ffff:10.0.0.1"]],
    ["http://127.0.0.1/", []],
    ["http://2130706433/", []],
    ["http://0x7f.1/", []],
    ["http://[::1]/", []],
    ["http://[::ffff:169.254.169.254]/latest/meta-data", []],
    ["http://localhost./", ["127.0.0.1"]],
  ])("refuses %s at %j", async (url, addresses) => {
    await expect(ask(url, [], ...addresses)).rejects.toThrow(ForbiddenHost);
  });

  it.each([
    ["http://hooks.internal/", ["Hooks.Internal"], "10.0.0.1"],
    ["http://hooks.internal./", ["hooks.internal"], "10.0.0.1"],
    ["http://hooks.internal/", ["10.0.0.1"], "10.0.0.1"],
    ["http://hooks.internal/", ["10.0.0.0/8"], "10.200.0.1"],
    ["http://hooks.internal/", ["10.0.0.0/8"], "::ffff:10.200.0.1"],
    ["http://hooks.internal/", ["fd00::/8"], "fd12::1"],
  ])("lets %s through where %j is allowed", async (url, allow, address) => {
    expect(await ask(url, allow, address)).toHaveLength(1);
  });

  it.each([
    [["other.internal"], "10.0.0.1"],
    [["internal"], "10.0.0.1"],
    [["10.0.0.0/16"], "10.1.0.1"],
    [["0.0.0.0/0"], "fd00::1"],
  ])("does not where %j is", async (allow, address) => {
    await expect(ask("http://hooks.internal/", allow, address)).rejects.toThrow("KEYGAUGE_ALLOW_HOSTS");
  });
});
