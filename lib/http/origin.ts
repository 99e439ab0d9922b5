import type { Env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { runtime } from "@/lib/runtime";

const ANY_ADDRESS = new Set(["0.0.0.0", "::", ""]);

/** Where the console may be opened: APP_URL, and this server's own port on loopback and on HOST. */
export function trustedOrigins(env: Pick<Env, "appUrl" | "port" | "host">): string[] {
  const origins = [
    new URL(env.appUrl).origin,
    `http://localhost:${env.port}`,
    `http://127.0.0.1:${env.port}`,
    `http://[::1]:${env.port}`,
  ];
  if (!ANY_ADDRESS.has(env.host)) {
    origins.push(`http://${env.host.includes(":") ? `[${env.host}]` : env.host}:${env.port}`);
  }
  return [...new Set(origins.map((origin) => new URL(origin).origin))];
}

const originOf = (value: string | null): string | null => {
  if (value === null) return null;
  try {
    return new URL(value).origin;
  } catch {
    return "null";
  }
};

/**
 * A write that a cookie vouches for must come from our own pages: a browser says where it comes from in Sec-Fetch-Site,
 * Origin or Referer, and a request that says nothing is refused. Throws `forbidden`.
 */
export function assertSameOrigin(headers: Headers): void {
  const site = headers.get("sec-fetch-site");
  const origin = originOf(headers.get("origin") ?? headers.get("referer"));
  const crossSite = site !== null && site !== "same-origin";
  const trusted = origin === null ? site === "same-origin" : trustedOrigins(runtime().env).includes(origin);
  if (crossSite || !trusted) {
    throw new AppError(
      "forbidden",
      `This request does not come from Keygauge's own pages (${origin ?? "no origin given"}). If Keygauge is served at this address, set APP_URL to it.`,
    );
  }
}

/** For requests that no cookie vouches for: what a browser says about its origin must be right, scripts say nothing. */
export function assertNotForeign(headers: Headers): void {
  if (headers.has("origin") || headers.has("referer") || headers.has("sec-fetch-site"))
    assertSameOrigin(headers);
}
