import { describe, expect, it } from "vitest";
import { clientAddress } from "./client-address";

describe("the address of a client", () => {
  it.each([
    ["203.0.113.7", "", [], "203.0.113.7"],
    ["::ffff:203.0.113.7", "", [], "203.0.113.7"],
    ["203.0.113.7", "198.51.100.1", [], "203.0.113.7"],
    ["127.0.0.1", "198.51.100.1", ["127.0.0.1"], "198.51.100.1"],
    ["10.1.2.3", "198.51.100.1", ["10.0.0.0/8"], "198.51.100.1"],
    // What a client invents stands left of what the proxies saw.
    ["10.1.2.3", "6.6.6.6, 198.51.100.1, 10.9.9.9", ["10.0.0.0/8"], "198.51.100.1"],
    ["10.1.2.3", "nonsense", ["10.0.0.0/8"], "10.1.2.3"],
    ["10.1.2.3", "", ["10.0.0.0/8"], "10.1.2.3"],
    ["::1", "2001:db8::5", ["::1", "10.0.0.0/8"], "2001:db8::5"],
    ["", "198.51.100.1", ["10.0.0.0/8"], "unknown"],
  ])("%s with %j behind %j is %s", (peer, forwarded, trusted, expected) => {
    expect(clientAddress(peer, forwarded, trusted)).toBe(expected);
  });
});
