import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

export interface ResolvedAddress {
  address: string;
  family: 4 | 6;
}

type Resolve = (host: string) => Promise<{ address: string; family: number }[]>;

/** A host that no message may go to; another try would find the same. */
export class ForbiddenHost extends Error {}

const resolveByDns: Resolve = (host) => lookup(host, { all: true });

/**
 * Every address of a URL's host, once all of them may be reached; the connection has to be made to one of these, since
 * a second look-up could answer otherwise. `allow` is KEYGAUGE_ALLOW_HOSTS: names, addresses, CIDRs. Throws
 * `ForbiddenHost`, and what the look-up throws.
 */
export async function permittedAddresses(
  url: URL,
  allow: readonly string[],
  resolve: Resolve = resolveByDns,
): Promise<ResolvedAddress[]> {
  const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  const literal = isIP(host) !== 0;
  const found = literal ? [{ address: host, family: isIP(host) }] : await resolve(host);
  const allowed = allow.some((entry) => entry.toLowerCase() === host.toLowerCase());
  for (const { address } of found) {
    if (allowed || isPublic(address) || isListed(address, allow)) continue;
    const where = literal ? address : `${host} (${address})`;
    throw new ForbiddenHost(
      `${where} is not a public address; KEYGAUGE_ALLOW_HOSTS has to name it before messages go there`,
    );
  }
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
}

/** Whether an address is one of the public internet, whatever form it is written in. */
export function isPublic(text: string): boolean {
  const address = parsed(text);
  if (address === null) return false;
  if (address instanceof ipaddr.IPv4) return address.range() === "unicast";
  // NAT64 carries an IPv4 address in its last 32 bits (RFC 6052).
  if (address.match(NAT64)) {
    return isPublic(new ipaddr.IPv4(address.toByteArray().slice(12)).toString());
  }
  return address.match(GLOBAL_UNICAST) && address.range() === "unicast";
}

const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR("2000::/3");
const NAT64 = ipaddr.IPv6.parseCIDR("64:ff9b::/96");

function isListed(text: string, allow: readonly string[]): boolean {
  const address = parsed(text);
  if (address === null) return false;
  return allow.some((entry) => {
    const single = parsed(entry);
    if (single !== null) return single.toNormalizedString() === address.toNormalizedString();
    if (!ipaddr.isValidCIDR(entry)) return false;
    const [network, bits] = ipaddr.parseCIDR(entry);
    return network.kind() === address.kind() && address.match(network, bits);
  });
}

/** An IPv4 address mapped into IPv6 is the IPv4 address that is connected to. */
function parsed(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  const plain = text.split("%")[0] ?? "";
  // Not `isValid`: it takes "127.1" and "1" for addresses, which a name may be.
  return isIP(plain) === 0 ? null : ipaddr.process(plain);
}
