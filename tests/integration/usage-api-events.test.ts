import { beforeAll, describe, expect, it } from "vitest";
import { GET as eventsRoute } from "@/app/api/v1/events/route";
import { MINUTE } from "@/lib/domain/usage/duration";
import { call, issuesOf } from "../support/call";
import { START, usageStage } from "../support/usage";

const stage = usageStage();
let { token, ids } = stage;
beforeAll(() => {
  ({ token, ids } = stage);
});

describe("GET /events", () => {
  const events = async (query = "") => {
    const answer = await call(eventsRoute, { token, path: `/api/v1/events?${query}` });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return answer.body as unknown as { data: Record<string, unknown>[]; next_cursor: string | null };
  };

  it("gives the ingest fields under their names, newest first, never the raw key", async () => {
    const { data } = await events();
    expect(data.map(({ status }) => status)).toEqual([402, 500, 200, 429, 200]);
    expect(data[4]).toMatchObject({
      id: expect.any(String),
      time: new Date(START + 5_000).toISOString(),
      key: { id: ids.A, hint: "…6789", name: "A" },
      provider: "openai",
      pool: "chat",
      consumer: "team",
      model: "m1",
      route: "/chat",
      status: 200,
      outcome: "success",
      latency_ms: 100,
      input_tokens: 10,
      output_tokens: 5,
      cached_tokens: 4,
      cost_usd: 0.25,
      client_ip: "203.0.113.1",
      tags: { env: "prod" },
    });
    expect(JSON.stringify(data)).not.toMatch(/sk-usage|secret/);
  });

  it.each([
    ["outcome=rate_limited", 1],
    ["status=200", 2],
    [`from=${START + 10_000}&to=${START + MINUTE}`, 2],
    [`from=${START + 15_000}&to=${START + 15_500}`, 1],
    ["source=gateway%207001", 5],
    ["source=none", 0],
  ])("%s finds %d", async (query, count) => {
    expect((await events(query)).data).toHaveLength(count);
  });

  it("narrows to keys", async () => {
    expect((await events(`key=${ids.B}&key=${ids.C}`)).data).toHaveLength(2);
  });

  it("pages through all of them once", async () => {
    const seen: unknown[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page = await events(`limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.next_cursor;
    }
    expect(seen).toEqual((await events()).data.map(({ id }) => id));
  });

  it.each([
    ["outcome=fine", "outcome"],
    ["status=42.5", "status"],
    ["status=1000", "status"],
    ["from=never", "from"],
    ["limit=none", "limit"],
    ["cursor=x", "cursor"],
  ])("answers 422 to %s", async (query, path) => {
    const answer = await call(eventsRoute, { token, path: `/api/v1/events?${query}` });
    expect(answer.status).toBe(422);
    expect(issuesOf(answer)).toEqual([path]);
  });
});
