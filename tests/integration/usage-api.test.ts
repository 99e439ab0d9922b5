import { beforeAll, describe, expect, it, test } from "vitest";
import { GET as usageRoute } from "@/app/api/v1/usage/route";
import { DAY, HOUR, MINUTE } from "@/lib/domain/usage/duration";
import type { UsageSeries } from "@/lib/features/usage/schemas";
import { call, issuesOf } from "../support/call";
import { START, usageStage } from "../support/usage";

const stage = usageStage();
let { server, token, ids } = stage;
beforeAll(() => {
  ({ server, token, ids } = stage);
});

const range = `from=${START}&to=${START + 2 * HOUR}`;
const ask = (query: string) => call(usageRoute, { token, path: `/api/v1/usage?${query}` });
const usage = async (query: string): Promise<UsageSeries[]> => {
  const answer = await ask(query);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body.series as UsageSeries[];
};
const sum = (series: UsageSeries | undefined) =>
  (series?.points ?? []).reduce((total, [, value]) => total + (value ?? 0), 0);
const byGroup = async (group: string, extra = "") =>
  Object.fromEntries(
    (await usage(`${range}&step=1h&group_by=${group}${extra}`)).map((one) => [String(one.group), sum(one)]),
  );

describe("GET /usage", () => {
  it("covers the last hour of requests by default, none missing, aligned in UTC", async () => {
    const before = Date.now();
    const [series, ...others] = await usage("");
    expect(others).toEqual([]);
    expect(series).toMatchObject({ metric: "requests", group: null });
    const times = (series?.points ?? []).map(([at]) => at);
    expect(times.length).toBeGreaterThanOrEqual(360);
    expect(times.length).toBeLessThanOrEqual(361);
    expect(times[0]).toBe(Math.floor((before - HOUR) / 10_000) * 10_000);
    expect(times.every((at, i) => i === 0 || at - (times[i - 1] ?? 0) === 10_000)).toBe(true);
  });

  it.each([
    [15 * MINUTE, 10_000],
    [HOUR, 10_000],
    [400 * 10_000, 10_000],
    [400 * 10_000 + 10_000, MINUTE],
    [6 * HOUR, MINUTE],
    [DAY, 5 * MINUTE],
    [7 * DAY, HOUR],
    [16 * DAY, HOUR],
    [30 * DAY, DAY],
  ])("takes the finest step with at most 400 points: %d ms by %d ms", async (span, step) => {
    const to = Math.floor(Date.now() / DAY) * DAY;
    const [series] = await usage(`from=${to - span}&to=${to}`);
    const [first, second] = series?.points ?? [];
    expect((second?.[0] ?? 0) - (first?.[0] ?? 0)).toBe(step);
    expect(series?.points.length).toBeLessThanOrEqual(400);
  });

  it("floors from to the step and leaves to out", async () => {
    const [series] = await usage(`from=${START + 59_000}&to=${START + 3 * MINUTE}&step=1m`);
    expect(series?.points).toEqual([
      [START, 3],
      [START + MINUTE, 1],
      [START + 2 * MINUTE, 0],
    ]);
  });

  it.each([
    ["1m", 20_000, 3],
    ["5m", 2 * MINUTE, 4],
    ["5m", 10_000, 1],
    ["1h", 20_000, 3],
    ["1h", HOUR + MINUTE, 5],
    ["1h", HOUR, 4],
    ["1d", 60_000, 3],
  ])("counts nothing from to on, also within a step of %s", async (step, length, expected) => {
    expect(sum((await usage(`from=${START}&to=${START + length}&step=${step}`))[0])).toBe(expected);
  });

  it("reads RFC 3339 as well as epoch ms", async () => {
    const from = new Date(START).toISOString();
    const to = new Date(START + MINUTE).toISOString();
    const [series] = await usage(`from=${encodeURIComponent(from)}&to=${to}&step=10s`);
    expect(series?.points.map(([, value]) => value)).toEqual([1, 2, 0, 0, 0, 0]);
  });

  it("gives 0 for sums and null for the rest where nothing happened", async () => {
    const sums = [
      "requests",
      "errors",
      "throttled",
      "input_tokens",
      "output_tokens",
      "total_tokens",
      "cost_usd",
    ];
    const rest = ["error_rate", "throttle_rate", "latency_p50", "latency_p95", "latency_p99", "distinct_ips"];
    const query = [...sums, ...rest].map((name) => `metric=${name}`).join("&");
    const series = await usage(`from=${START + 10 * MINUTE}&to=${START + 12 * MINUTE}&step=1m&${query}`);
    expect(series.map(({ metric, points }) => [metric, ...points.map(([, value]) => value)])).toEqual([
      ...sums.map((name) => [name, 0, 0]),
      ...rest.map((name) => [name, null, null]),
    ]);
  });

  it("counts every metric as the contract says", async () => {
    const values = async (names: string[]) => {
      const query = names.map((name) => `metric=${name}`).join("&");
      const series = await usage(`from=${START}&to=${START + MINUTE}&step=1m&key=${ids.A}&${query}`);
      return Object.fromEntries(series.map(({ metric, points }) => [metric, points[0]?.[1]]));
    };
    expect(
      await values([
        "requests",
        "errors",
        "throttled",
        "input_tokens",
        "output_tokens",
        "total_tokens",
        "cost_usd",
      ]),
    ).toEqual({
      requests: 3,
      errors: 1,
      throttled: 1,
      input_tokens: 10,
      output_tokens: 5,
      total_tokens: 15,
      cost_usd: 0.25,
    });
    const rest = await values(["error_rate", "throttle_rate", "latency_p50", "latency_p99", "distinct_ips"]);
    expect(rest).toMatchObject({ distinct_ips: 2 });
    expect(rest.error_rate).toBeCloseTo(1 / 3);
    expect(rest.throttle_rate).toBeCloseTo(1 / 3);
    // Within 5 % of the exact 200 and 300 ms.
    expect(Math.abs((rest.latency_p50 ?? 0) / 200 - 1)).toBeLessThan(0.05);
    expect(Math.abs((rest.latency_p99 ?? 0) / 300 - 1)).toBeLessThan(0.05);
  });

  it("groups, and the groups add up to the whole", async () => {
    expect(await byGroup("key")).toEqual({ [ids.A ?? ""]: 3, [ids.B ?? ""]: 1, [ids.C ?? ""]: 1 });
    expect(await byGroup("provider")).toEqual({ openai: 4, mistral: 1 });
    expect(await byGroup("pool")).toEqual({ chat: 3, null: 2 });
    expect(await byGroup("source")).toEqual({ [String(server.sourceId)]: 5 });
    expect(await byGroup("consumer")).toEqual({ team: 1, "other team": 1, null: 3 });
    expect(await byGroup("model")).toEqual({ m1: 2, m2: 1, null: 2 });
    expect(await byGroup("route")).toEqual({ "/chat": 1, null: 4 });
    expect(await byGroup("status")).toEqual({ 200: 2, 429: 1, 500: 1, 402: 1 });
    expect(await byGroup("outcome")).toEqual({
      success: 2,
      rate_limited: 1,
      server_error: 1,
      quota_exhausted: 1,
    });
  });

  it("narrows to keys, provider, pool, source and consumer, and to nothing for what is unknown", async () => {
    const total = async (query: string) => sum((await usage(`${range}&step=1h&${query}`))[0]);
    expect(await total(`key=${ids.A}`)).toBe(3);
    expect(await total(`key=${ids.A}&key=${ids.B}`)).toBe(4);
    expect(await total("provider=OpenAI")).toBe(4);
    expect(await total("pool=chat")).toBe(3);
    expect(await total(`source=${server.sourceId}`)).toBe(5);
    expect(await total("consumer=team")).toBe(1);
    expect(await total(`key=${ids.A}&consumer=other%20team`)).toBe(0);
    for (const unknown of ["key=12345", "provider=none", "pool=none", "source=none", "consumer=none"]) {
      expect([unknown, await total(unknown)]).toEqual([unknown, 0]);
    }
  });

  // Steps below an hour are read from the events, whole hours from what the hours were broken down by.
  it.each(["1m", "1h"])("narrows to single calls at steps of %s", async (step) => {
    const groups = async (query: string) =>
      Object.fromEntries(
        (await usage(`${range}&step=${step}&${query}`)).map((one) => [String(one.group), sum(one)]),
      );
    expect(await groups("model=m1")).toEqual({ null: 2 });
    expect(await groups("route=/chat")).toEqual({ null: 1 });
    expect(await groups("status=500")).toEqual({ null: 1 });
    expect(await groups("status=0")).toEqual({ null: 0 });
    expect(await groups("outcome=rate_limited")).toEqual({ null: 1 });
    expect(await groups("model=none")).toEqual({ null: 0 });
    expect(await groups("model=m1&outcome=success")).toEqual({ null: 1 });
    expect(await groups("model=m1&provider=mistral")).toEqual({ null: 0 });
    expect(await groups("status=200&group_by=key")).toEqual({ [ids.A ?? ""]: 2 });
    expect(await groups("status=200&group_by=pool")).toEqual({ chat: 2 });
    expect(await groups("outcome=server_error&group_by=provider")).toEqual({ openai: 1 });
    expect(await groups("status=200&group_by=source")).toEqual({ [String(server.sourceId)]: 2 });
    expect(await groups("status=200&group_by=consumer")).toEqual({ team: 1, null: 1 });
    expect(await groups("model=m1&group_by=outcome")).toEqual({ success: 1, rate_limited: 1 });
    // Counted by the tiers, also of a consumer; with another metric by the events, or what hours were broken down by.
    expect(await groups("group_by=outcome&provider=openai")).toEqual({
      success: 2,
      rate_limited: 1,
      server_error: 1,
    });
    expect(await groups("group_by=outcome&metric=error_rate&consumer=team")).toEqual({ success: 0 });
    expect(await groups("group_by=outcome&metric=input_tokens&consumer=team")).toEqual({ success: 10 });
    expect(await groups("model=m1&consumer=team")).toEqual({ null: 1 });
    expect(await groups("model=m1&metric=latency_p50")).toEqual({ null: expect.any(Number) });
    expect(await groups("status=200&metric=cost_usd")).toEqual({ null: 0.25 });
  });

  it("refuses to look at single calls of a time whose events are gone", async () => {
    const old = `from=${Date.now() - 60 * DAY}&to=${Date.now()}&step=1d`;
    expect(await usage(`${old}&model=m1`)).toHaveLength(1);
    const answer = await ask(`${old}&model=m1&status=200`);
    expect([answer.status, issuesOf(answer)]).toEqual([422, ["from"]]);
  });

  it("says the same at every step", async () => {
    for (const step of ["10s", "1m", "5m", "1h", "1d"]) {
      const from = step === "1d" ? Math.floor(START / DAY) * DAY : START;
      const to = step === "1d" ? from + 2 * DAY : START + 2 * HOUR;
      expect([step, sum((await usage(`from=${from}&to=${to}&step=${step}`))[0])]).toEqual([step, 5]);
    }
  });

  it("gives the keys with the most requests only, when so many are asked for", async () => {
    const top = async (query: string) => Object.keys(await byGroup("key", query)).toSorted();
    expect(await top("&top=1")).toEqual([ids.A]);
    expect(await top("&top=1&provider=mistral")).toEqual([ids.C]);
    expect(await top("&top=3")).toEqual([ids.A, ids.B, ids.C].toSorted());
    expect(await top("&top=1&status=500")).toEqual([ids.B]);
    expect(await top("&top=1&outcome=success&consumer=team")).toEqual([ids.A]);
  });

  it.each([
    ["metric=speed", "metric"],
    ["metric=requests&metric=limit_used", "metric"],
    ["step=2m", "step"],
    ["group_by=colour", "group_by"],
    ["group_by=key&top=0", "top"],
    ["group_by=provider&top=3", "top"],
    ["top=3", "top"],
    ["status=700", "status"],
    ["outcome=fine", "outcome"],
    ["from=yesterday", "from"],
    [`from=${START}&to=${START}`, "from"],
    [`from=${START + 1}&to=${START}`, "from"],
    ["key=abc", "key"],
    [`${range}&group_by=model&step=5m`, "step"],
    [`${range}&group_by=route&step=10s`, "step"],
    [`${range}&group_by=status&step=1m`, "step"],
    [`from=${START - 10 * DAY}&to=${START}&step=10s`, "step"],
  ])("answers 422 to %s, naming the parameter", async (query, path) => {
    const answer = await ask(query);
    expect(answer.status).toBe(422);
    expect(answer.headers.get("content-type")).toContain("application/problem+json");
    expect(issuesOf(answer)).toEqual([path]);
  });

  it("is not for everybody", async () => {
    expect((await call(usageRoute, {})).status).toBe(401);
  });
});

test("pools of one name are one group", async () => {
  const time = START - HOUR;
  await server.post([
    { key: "sk-twin-d-0123456789", provider: "cohere", pool: "twins", time, latency_ms: 100 },
    { key: "sk-twin-e-0123456789", provider: "groq", pool: "twins", time: time + MINUTE, latency_ms: 200 },
  ]);
  const series = await usage(`pool=twins&group_by=pool&step=1h&from=${time}&to=${START}`);
  expect(series).toEqual([{ metric: "requests", group: "twins", points: [[time, 2]] }]);
});
