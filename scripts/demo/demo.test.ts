import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { emailConfigSchema } from "@/lib/channels/email/schema";
import { smsConfigSchema } from "@/lib/channels/sms/schema";
import { ruleInputSchema } from "@/lib/domain/alerting/rule";
import { DEMO_SOURCES, declaredLimits, trafficOf } from "@/lib/domain/simulation/demo";
import { createTraffic } from "@/lib/domain/simulation/traffic";
import { LIMIT_METRICS } from "@/lib/domain/usage/limit";
import { parseWindow } from "@/lib/domain/usage/window";
import { createSourceSchema } from "@/lib/features/sources/schemas";
import { ApiError, createApi } from "./api";
import { DEMO_CHANNELS, demoRules } from "./plan";
import { provision } from "./provision";

const NOW = Date.UTC(2026, 10, 23, 3);
const MINUTE = 60_000;

describe("the demo's plan", () => {
  it.each(demoRules({ email: "chan_a", sms: "chan_b" }))("has the valid rule $name", (rule) => {
    expect(ruleInputSchema.safeParse(rule).error?.issues).toBeUndefined();
  });

  it("has valid channels and sources", () => {
    expect(emailConfigSchema.safeParse(DEMO_CHANNELS.email.config).success).toBe(true);
    expect(smsConfigSchema.safeParse(DEMO_CHANNELS.sms.config).success).toBe(true);
    for (const { name } of DEMO_SOURCES) {
      expect(createSourceSchema.safeParse({ name, format: "native" }).success).toBe(true);
    }
  });

  it.each(DEMO_SOURCES)("declares limits of keys of $name that can be stored", (source) => {
    const { keys } = createTraffic(trafficOf(source, "live", NOW, NOW));
    const limits = keys.flatMap(declaredLimits);
    expect(limits.length).toBeGreaterThan(0);
    for (const limit of limits) {
      expect(LIMIT_METRICS).toContain(limit.metric);
      expect(limit.amount).toBeGreaterThan(0);
      expect(() => parseWindow(limit.window, limit.time_zone)).not.toThrow();
    }
  });

  it.each(DEMO_SOURCES)("simulates the same keys of $name in the history and live", (source) => {
    const keys = (part: "live" | "history") =>
      createTraffic(trafficOf(source, part, part === "live" ? NOW : NOW - 1000 * MINUTE, NOW)).keys;
    expect(keys("live")).toEqual(keys("history"));
  });

  it("shows an attack within a minute and a spent quota within ten, even at night", () => {
    const [litellm, kong] = DEMO_SOURCES.map((source) =>
      createTraffic(trafficOf(source, "live", NOW, NOW)).next(NOW + 10 * MINUTE),
    );
    const attack = kong?.filter((event) => event.status === 401 || event.status === 403) ?? [];
    expect(attack.filter((event) => Date.parse(event.time) < NOW + MINUTE).length).toBeGreaterThan(10);
    const spent = litellm?.filter((event) => JSON.stringify(event.error ?? "").includes("PerDay")) ?? [];
    expect(spent.length).toBeGreaterThan(0);
  });

  it("keeps the two sources' keys apart", () => {
    const keys = DEMO_SOURCES.flatMap((source) =>
      createTraffic(trafficOf(source, "live", NOW, NOW)).keys.map((key) => key.key),
    );
    expect(new Set(keys).size).toBe(keys.length);
  });
});

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

type Stored = Record<string, unknown> & { id: string };

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return JSON.parse(text || "{}") as Record<string, unknown>;
}

/** The lists of the management API in memory, two rows a page, so that lists have to be followed. */
async function managementApi() {
  const lists = new Map<string, Stored[]>();
  const posted: string[] = [];
  let serial = 0;
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const path = url.pathname.replace("/api/v1", "");
    const rows = lists.get(path) ?? [];
    const answer = (status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body));
    if (request.headers.authorization !== "Bearer kgm_x") {
      return answer(401, { title: "Unauthenticated", detail: "Unknown token." });
    }
    if (request.method === "GET") {
      const from = Number(url.searchParams.get("cursor") ?? 0);
      const next = from + 2 < rows.length ? String(from + 2) : null;
      return answer(200, { data: rows.slice(from, from + 2), next_cursor: next });
    }
    const body = await bodyOf(request);
    if (path.endsWith("/token")) return answer(201, { id: path.split("/")[2], token: `kgi_${++serial}` });
    const known = path === "/keys" ? rows.find((row) => row.key === body.key) : undefined;
    if (known) return answer(200, known);
    if (path === "/rules" && !Array.isArray(body.tiers)) {
      return answer(422, { detail: "Invalid.", errors: [{ path: "tiers", message: "must be a list" }] });
    }
    const row: Stored = {
      ...body,
      id: String(++serial),
      ...(path.endsWith("/limits") ? { origin: "declared" } : {}),
    };
    lists.set(path, [...rows, row]);
    posted.push(path);
    return answer(201, path === "/sources" ? { ...row, token: `kgi_${serial}` } : row);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, lists, posted };
}

describe("provision", () => {
  it("makes everything once, and on a second start changes nothing but the ingest tokens", async () => {
    const server = await managementApi();
    const api = createApi(server.url, "kgm_x");
    const first = await provision(api, NOW);
    expect(first.map(({ source }) => source.name)).toEqual(["litellm", "kong"]);
    expect(server.lists.get("/rules")).toHaveLength(8);
    expect(server.lists.get("/channels")).toHaveLength(2);
    expect(server.lists.get("/keys")).toHaveLength(13);
    const made = server.posted.length;

    server.lists.set("/events", [{ id: "1", time: "2026-11-23T02:00:00.000Z" }]);
    const second = await provision(api, NOW);
    expect(server.posted).toHaveLength(made);
    expect(second.map(({ lastEventAt }) => lastEventAt)).toEqual([NOW - 60 * MINUTE, NOW - 60 * MINUTE]);
    expect(second[0]?.token).not.toBe(first[0]?.token);
  });

  it("says which request failed and which field was wrong", async () => {
    const server = await managementApi();
    const wrongToken = createApi(server.url, "other").list("/rules");
    await expect(wrongToken).rejects.toThrow("GET /rules?limit=100 answered HTTP 401: Unknown token.");
    const wrongRule = createApi(server.url, "kgm_x").post("/rules", { name: "x" });
    await expect(wrongRule).rejects.toThrow("POST /rules answered HTTP 422: Invalid.; tiers: must be a list");
    await expect(wrongRule).rejects.toBeInstanceOf(ApiError);
  });
});
