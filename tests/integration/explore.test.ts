import { beforeAll, describe, expect, it } from "vitest";
import { GET as exploreRoute } from "@/app/api/v1/explore/route";
import { GET as valuesRoute } from "@/app/api/v1/explore/values/route";
import { GET as poolRoute } from "@/app/api/v1/pools/[id]/activity/route";
import { GET as providerRoute } from "@/app/api/v1/providers/[id]/activity/route";
import { GET as usageRoute } from "@/app/api/v1/usage/route";
import { SYSTEM } from "@/lib/domain/access/actor";
import { HOUR } from "@/lib/domain/usage/duration";
import { explore } from "@/lib/features/explore/queries";
import type { ExploredDto } from "@/lib/features/explore/schemas";
import type { GroupDetailDto } from "@/lib/features/keys/group-detail";
import { createLimit } from "@/lib/features/limits/commands";
import { call, issuesOf } from "../support/call";
import { START, usageStage } from "../support/usage";

const stage = usageStage();
let { server, token, ids } = stage;
beforeAll(() => {
  ({ server, token, ids } = stage);
});

const range = `from=${START}&to=${START + 2 * HOUR}`;
const ask = (query: string) => call(exploreRoute, { token, path: `/api/v1/explore?${query}` });
async function found(query: string): Promise<ExploredDto> {
  const answer = await ask(`${range}&${query}`);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body as unknown as ExploredDto;
}
const totals = ({ series }: ExploredDto) => series.map(({ metric, label, total }) => [metric, label, total]);

describe("GET /explore", () => {
  it("says what /usage says, the largest first, by name", async () => {
    const data = await found("group_by=key&step=1h");
    expect(totals(data)).toEqual([
      ["requests", "A", 3],
      ...(Number(ids.B) < Number(ids.C)
        ? [
            ["requests", "B", 1],
            ["requests", "C", 1],
          ]
        : [
            ["requests", "C", 1],
            ["requests", "B", 1],
          ]),
    ]);
    const usage = await call(usageRoute, {
      token,
      path: `/api/v1/usage?${range}&group_by=key&step=1h&key=${ids.A}`,
    });
    const [series] = usage.body.series as { points: unknown }[];
    expect(data.series[0]?.points).toEqual(series?.points);
    expect(data).toMatchObject({ from: START, to: START + 2 * HOUR, step_ms: HOUR, left_out: false });
  });

  it("names sources, statuses and outcomes, and what is none", async () => {
    expect(totals(await found("group_by=source&step=1h"))).toEqual([["requests", "gateway 7001", 5]]);
    expect(totals(await found("group_by=outcome&provider=mistral"))).toEqual([
      ["requests", "Quota exhausted", 1],
    ]);
    expect(totals(await found("group_by=consumer"))[0]).toEqual(["requests", "(none)", 3]);
    expect(totals(await found("metric=errors&metric=requests"))).toEqual([
      ["errors", "Errors", 3],
      ["requests", "Requests", 5],
    ]);
  });

  it("weighs a ratio by its requests, and has no total of percentiles", async () => {
    expect(totals(await found("metric=error_rate&step=1m"))).toEqual([["error_rate", "Error rate", 0.6]]);
    expect(totals(await found("metric=latency_p95"))).toEqual([["latency_p95", "Latency p95", null]]);
  });

  it("gives bars fewer points", async () => {
    const points = async (as: string) => (await found(`as=${as}`)).series[0]?.points.length;
    expect([await points("line"), await points("bar")]).toEqual([120, 24]);
  });

  it.each([
    ["metric=requests&metric=cost_usd", "metric"],
    ["group_by=model&step=1m", "step"],
    ["from=1", "to"],
    ["as=pie", "as"],
    ["metric=distinct_ips&group_by=key", "group_by"],
  ])("answers 422 to %s, naming the parameter", async (query, path) => {
    const answer = await ask(query);
    expect([answer.status, issuesOf(answer)]).toEqual([422, [path]]);
  });

  it("adds up the keys past the fifty largest", async () => {
    const time = START - 3 * HOUR;
    const events = Array.from({ length: 53 }, (_, i) => ({
      key: `sk-many-${i}-0123456789`,
      provider: "many",
      key_name: "twin",
      time: time + i,
      cost_usd: 0.1,
    }));
    expect((await server.post([...events, ...events.slice(0, 50)])).body).toMatchObject({ accepted: 103 });
    const of = (metric: string) =>
      explore({
        metrics: [metric as "requests"],
        filters: { provider: ["many"] },
        groupBy: "key",
        step: "1h",
        kind: "line",
        range: { kind: "custom", from: time, to: time + HOUR },
      });
    const { series } = await of("requests");
    expect(series).toHaveLength(51);
    expect(series.at(-1)).toMatchObject({ label: "All others", others: true, total: 3 });
    expect(series[0]?.label).toMatch(/^twin · …/);
    expect((await of("cost_usd")).series.at(-1)?.total).toBe(0.3);
    expect(await of("error_rate")).toMatchObject({ left_out: true });
  });
});

describe("GET /explore/values", () => {
  const values = async (of: string, q = "") => {
    const answer = await call(valuesRoute, {
      token,
      path: `/api/v1/explore/values?of=${of}&q=${encodeURIComponent(q)}`,
    });
    return (answer.body.data as { label: string }[]).map(({ label }) => label);
  };

  it("finds what can be narrowed to, and takes what was typed literally", async () => {
    expect(await values("key", "b")).toContain("B");
    expect(await values("pool")).toEqual(["chat"]);
    expect(await values("provider", "MIST")).toEqual(["mistral"]);
    expect(await values("source", "gate")).toEqual(["gateway 7001"]);
    expect(await values("consumer", "team")).toEqual(["other team", "team"]);
    expect(await values("model")).toEqual(["m1", "m2"]);
    expect(await values("route")).toEqual(["/chat"]);
    expect(await values("model", "%")).toEqual([]);
    expect(await values("status", "41")).toEqual([]);
    expect(await values("status", "418")).toEqual(["418"]);
    expect(await values("outcome", "limited")).toEqual(["Rate limited"]);
  });

  it("is asked for one thing", async () => {
    const answer = await call(valuesRoute, { token, path: "/api/v1/explore/values?of=colour" });
    expect([answer.status, issuesOf(answer)]).toEqual([422, ["of"]]);
  });
});

describe("the page of a group", () => {
  const of = async (route: typeof poolRoute, id: string, query = range) =>
    call(route, { token, params: { id }, path: `/api/v1/x?${query}` });

  it("shows a pool's use and keys, by its name or id", async () => {
    const { body } = await of(poolRoute, "chat");
    const pool = body as unknown as GroupDetailDto;
    expect(pool).toMatchObject({ kind: "pool", name: "chat", provider: "openai", total: 1 });
    expect(pool.members.map(({ name }) => name)).toEqual(["A"]);
    const outcomes = pool.activity.buckets.flatMap((bucket) => bucket.outcomes);
    expect(outcomes.reduce((sum, count) => sum + count, 0)).toBe(3);
    expect((await of(poolRoute, pool.id)).body).toMatchObject({ id: pool.id, name: "chat" });
  });

  it("adds up a provider's limits, and shares out its traffic of the last hour", async () => {
    const now = Date.now();
    const sent = [["a", 3] as const, ["b", 1] as const].flatMap(([key, count]) =>
      Array.from({ length: count }, (_, i) => ({
        key: `sk-shared-${key}-0123456789`,
        key_name: key,
        provider: "shared",
        time: now - 60_000 - i,
      })),
    );
    await server.post(sent);
    for (const { id } of (await of(providerRoute, "Shared")).body.members as { id: string }[])
      await createLimit({ actor: SYSTEM, keyId: id, input: { metric: "requests", amount: 2, window: "1h" } });
    const provider = (await of(providerRoute, "shared", `${range}&tz=Asia/Tokyo`))
      .body as unknown as GroupDetailDto;
    expect(provider.members.map(({ name, share }) => [name, share])).toEqual([
      ["a", 0.75],
      ["b", 0.25],
    ]);
    // What the first used past its own limit fills nobody else's room.
    expect(provider.limits).toEqual([
      { metric: "requests", window: "1h", keys: 2, spent: 1, amount: 4, used: 3 },
    ]);
    expect(provider).toMatchObject({ kind: "provider", id: "shared", provider: null, incidents: [] });
  });

  it("is not there for what nobody has", async () => {
    expect((await of(poolRoute, "none")).status).toBe(404);
    expect((await of(providerRoute, "none")).status).toBe(404);
    await server.post([
      { key: "sk-namesake-d-0123456789", provider: "cohere", pool: "twins" },
      { key: "sk-namesake-e-0123456789", provider: "groq", pool: "twins" },
    ]);
    // Two have the name: only an id says which is meant.
    expect((await of(poolRoute, "twins")).status).toBe(404);
  });
});
