import { type Fields, isObject } from "../fields";
import type { Adapter, Delivery, NativeEvent } from "./adapter";
import { address, firstOf, firstText, httpStatus, int, routeOf, text } from "./read";
import { isHmac } from "./signature";

/** Vercel's log drains: an array or lines of log entries, signed with HMAC-SHA1 of the body. */
export const vercel: Adapter = {
  format: "vercel",
  title: "Vercel",
  about: "Log drains of Vercel projects, signed",
  setup: [
    {
      title:
        "Team Settings, Drains, Add Drain: logs of the sources Functions and Edge Functions to a custom endpoint",
      language: "text",
      text: `URL: {{url}}
Format: JSON or NDJSON
Header: Authorization: Bearer {{token}}`,
    },
    {
      title:
        "Where Vercel asks for its x-vercel-verify code, write the code into the address, and the token too",
      language: "text",
      text: "URL: {{url}}/{{token}}?verify=<code>",
    },
  ],
  recognises: (record) =>
    typeof record.source === "string" &&
    ["deploymentId", "projectId"].some((name) => typeof record[name] === "string"),
  events: callsOf,
  // A request leaves an entry for each line that its function writes; they share the request's id.
  once: true,
  verify: ({ header, body }, secret) => isHmac("sha1", secret, body, header("x-vercel-signature")),
  greeting: verification,
};

/** The code by which Vercel knows an endpoint's owner: from the address, else the one that it sends itself. */
function verification(header: Delivery["header"], query: URLSearchParams): Record<string, string> {
  const code = query.get("verify") ?? header("x-vercel-verify") ?? "";
  return /^[\w-]{1,200}$/.test(code) ? { "x-vercel-verify": code } : {};
}

/** The entries of a build, and messages outside of requests, report no call. */
function callsOf(record: Fields): NativeEvent[] {
  const proxy = isObject(record.proxy) ? record.proxy : {};
  const requestId = text(record.requestId) ?? text(proxy.vercelId);
  if (record.source === "build" || (record.proxy === undefined && requestId === undefined)) return [];
  const cache = text(proxy.vercelCache)?.toUpperCase();
  return [
    {
      id: requestId ?? text(record.id),
      time: firstText(record, "timestamp", "proxy.timestamp"),
      method: firstText(record, "proxy.method", "method"),
      route: routeOf(firstText(record, "proxy.path", "path")),
      // -1 stands for no answer at all: the function crashed.
      status:
        firstOf(record, httpStatus, "proxy.statusCode", "statusCode") ??
        (record.statusCode === -1 ? 0 : undefined),
      client_ip: address(proxy.clientIp),
      user_agent: text(proxy.userAgent),
      region: firstText(record, "proxy.region", "executionRegion"),
      response_bytes: int(proxy.responseByteSize),
      cache_hit:
        cache === undefined ? undefined : cache === "HIT" || cache === "STALE" || cache === "PRERENDER",
      tags: tagsOf(record),
    },
  ];
}

function tagsOf(record: Fields): Record<string, string> | undefined {
  const named: [string, string | undefined][] = [
    ["project", firstText(record, "projectName", "projectId")],
    ["environment", text(record.environment)],
  ];
  const tags = named.filter((tag): tag is [string, string] => tag[1] !== undefined);
  return tags.length === 0 ? undefined : Object.fromEntries(tags);
}
