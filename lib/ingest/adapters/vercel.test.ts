import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Fields } from "../fields";
import { recogniser } from "./registry";
import { vercel } from "./vercel";

const record = (more: object = {}) => ({
  id: "1573817187330377061717300000",
  deploymentId: "dpl_1",
  source: "lambda",
  host: "shop.example",
  timestamp: 1_790_000_000_330,
  projectId: "prj_1",
  projectName: "shop",
  level: "info",
  message: "a prompt",
  requestId: "req-1",
  statusCode: 500,
  path: "/dynamic/[route]",
  proxy: {
    timestamp: 1_790_000_000_100,
    method: "GET",
    path: "/dynamic/value.json?route=value",
    statusCode: 200,
    clientIp: "203.0.113.7",
    userAgent: ["okhttp/5.1.0"],
    region: "sfo1",
    vercelCache: "MISS",
    responseByteSize: "512",
  },
  ...more,
});
const present = (given: Fields) => {
  const [found] = vercel.events(given);
  return Object.fromEntries(Object.entries(found ?? {}).filter(([, value]) => value !== undefined));
};

describe("vercel", () => {
  it("maps a request", () => {
    expect(present(record())).toEqual({
      id: "req-1",
      time: "1790000000330",
      method: "GET",
      route: "/dynamic/value.json?route=value",
      status: 200,
      client_ip: "203.0.113.7",
      user_agent: "okhttp/5.1.0",
      region: "sfo1",
      response_bytes: 512,
      cache_hit: false,
      tags: { project: "shop" },
    });
  });

  it.each<[string, object, number | undefined]>([
    ["the proxy's", {}, 200],
    ["the function's, when the proxy answered from its cache", { proxy: { statusCode: -1 } }, 500],
    ["none, when the function crashed", { statusCode: -1, proxy: { method: "GET" } }, 0],
    ["not known", { statusCode: undefined, proxy: {} }, undefined],
  ])("takes the status: %s", (_name, more, status) => {
    expect(vercel.events(record(more))[0]?.status).toBe(status);
  });

  it("counts no entry of a build, and none outside of a request", () => {
    expect(vercel.events(record({ source: "build", buildId: "bld_1" }))).toEqual([]);
    expect(vercel.events(record({ requestId: undefined, proxy: undefined }))).toEqual([]);
    expect(vercel.events(record({ requestId: undefined }))[0]?.id).toBe(record().id);
  });

  it("verifies the signature over the bytes", () => {
    const body = Buffer.from("[]");
    const signature = createHmac("sha1", "a-secret").update(body).digest("hex");
    const signed = (value?: string) =>
      vercel.verify?.(
        { path: "", body, header: (name) => (name === "x-vercel-signature" ? value : undefined) },
        "a-secret",
      );
    expect(signed(signature)).toBe(true);
    expect(signed(signature.replace(/.$/, (c) => (c === "0" ? "1" : "0")))).toBe(false);
    expect(signed()).toBe(false);
  });

  it.each<[string, string | undefined, object]>([
    ["verify=abc123", undefined, { "x-vercel-verify": "abc123" }],
    ["", "abc123", { "x-vercel-verify": "abc123" }],
    ["", undefined, {}],
    ["verify=a%0d%0ab", undefined, {}],
  ])("greets with the code of %j and %j", (query, sent, headers) => {
    expect(vercel.greeting?.(() => sent, new URLSearchParams(query))).toEqual(headers);
  });

  it("is recognised", () => {
    expect(recogniser(record())).toBe(vercel);
    expect(vercel.recognises({ source: "gateway", id: "1" })).toBe(false);
  });
});
