import type { IncomingMessage } from "node:http";
import ipaddr from "ipaddr.js";

/** Set by our own server on every request, whatever the client sent: its address and the path it asked for. */
export const ADDRESS_HEADER = "x-keygauge-address";
export const PATH_HEADER = "x-keygauge-path";

/** `::ffff:10.0.0.1` as `10.0.0.1`; null when it is no address. */
function normalise(text: string): string | null {
  return ipaddr.isValid(text) ? ipaddr.process(text).toString() : null;
}

function isTrusted(address: string, trustProxy: readonly string[]): boolean {
  const parsed = ipaddr.parse(address);
  return trustProxy.some((entry) => {
    const plain = normalise(entry);
    if (plain !== null) return plain === address;
    if (!ipaddr.isValidCIDR(entry)) return false;
    const [network, bits] = ipaddr.parseCIDR(entry);
    return network.kind() === parsed.kind() && parsed.match(network, bits);
  });
}

/**
 * The address a request comes from: the peer's, or, behind proxies named in TRUST_PROXY, the last forwarded address that
 * is not one of them. A client cannot choose it, since what it adds to X-Forwarded-For stands further left.
 */
export function clientAddress(peer: string, forwardedFor: string, trustProxy: readonly string[]): string {
  let address = normalise(peer) ?? "unknown";
  const hops = forwardedFor.split(",").map((hop) => hop.trim());
  while (address !== "unknown" && isTrusted(address, trustProxy)) {
    const next = normalise(hops.pop() ?? "");
    if (next === null) break;
    address = next;
  }
  return address;
}

/** Overwrites the two headers above; server.ts calls it before Next sees a request. */
export function markRequest(request: IncomingMessage, trustProxy: readonly string[]): void {
  const forwarded = request.headers["x-forwarded-for"];
  const hops = Array.isArray(forwarded) ? forwarded.join(",") : (forwarded ?? "");
  request.headers[ADDRESS_HEADER] = clientAddress(request.socket.remoteAddress ?? "", hops, trustProxy);
  request.headers[PATH_HEADER] = request.url ?? "/";
}
