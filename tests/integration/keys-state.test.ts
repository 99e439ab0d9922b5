import { beforeAll, describe, expect, it } from "vitest";
import { DAY, MINUTE } from "@/lib/domain/usage/duration";
import { keysStage } from "../support/keys";

const stage = keysStage();
const { list, get, patch, send } = stage;
let { runtime } = stage;
beforeAll(() => {
  ({ runtime } = stage);
});

const ago = (ms: number) => new Date(Date.now() - ms).toISOString();

describe("a key's state", () => {
  const cases: [string, Record<string, unknown>[], string, string][] = [
    ["a success", [{ status: 200 }], "ok", "healthy"],
    ["401 last", [{ status: 200, time: ago(2_000) }, { status: 401 }], "unauthorized", "key_refused"],
    ["a success after 403", [{ status: 403, time: ago(2_000) }, { status: 200 }], "ok", "healthy"],
    ["402", [{ status: 402 }], "exhausted", "quota_spent"],
    [
      "402 hours ago, with no word on its return",
      [{ status: 402, time: ago(5 * 3_600_000) }],
      "exhausted",
      "quota_spent",
    ],
    ["a success after 402", [{ status: 402, time: ago(2_000) }, { status: 200 }], "ok", "healthy"],
    ["402 and then 500", [{ status: 402, time: ago(2_000) }, { status: 500 }], "exhausted", "quota_spent"],
    ["429", [{ status: 429 }], "throttled", "cooling_down"],
    ["429 then a success", [{ status: 429, time: ago(5_000) }, { status: 200 }], "throttled", "cooling_down"],
    ["429 over a minute ago", [{ status: 429, time: ago(61_000), retry_after_s: 5 }], "ok", "healthy"],
    [
      "429 two minutes ago with 180 s to wait",
      [{ status: 429, time: ago(120_000), retry_after_s: 180 }],
      "throttled",
      "cooling_down",
    ],
    ["the provider overloaded", [{ status: 503 }], "ok", "healthy"],
    ["no event for a day", [{ status: 200, time: ago(DAY + MINUTE) }], "idle", "no_recent_events"],
    [
      "401 beats 402 and 429",
      [
        { status: 402, time: ago(3_000) },
        { status: 429, time: ago(2_000) },
        { status: 401, time: ago(1_000) },
      ],
      "unauthorized",
      "key_refused",
    ],
    [
      "402 beats 429",
      [
        { status: 402, time: ago(3_000) },
        { status: 429, time: ago(2_000) },
      ],
      "exhausted",
      "quota_spent",
    ],
  ];
  it.each(cases)("after %s", async (_name, events, state, why) => {
    expect(await send(...events)).toMatchObject({ state, why });
  });

  it("says until when a key cools down", async () => {
    const at = Date.now() - 10_000;
    const key = await send({ status: 429, time: at, retry_after_s: 120 });
    expect(Date.parse(key.until ?? "")).toBe(at + 120_000);
  });

  it("says to the second when a spent quota is back, and then is no longer exhausted", async () => {
    const body = {
      error: { type: "rate_limit_error", details: { error_code: "enforced_spend_limit_reached" } },
    };
    const spent = await send({ provider: "anthropic", status: 429, error: body });
    const now = new Date();
    const nextMonth = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)).toISOString();
    expect(spent).toMatchObject({ state: "exhausted", until: nextMonth });
    const passed = { time: Date.now() - 40_000, response_headers: { "Retry-After": "30" } };
    expect(await send({ ...passed, key: "sk-back-again", status: 402 })).toMatchObject({ state: "ok" });
  });

  it("is at risk from 80 % of a limit on, and the list agrees", async () => {
    const { id } = await send(...Array.from({ length: 79 }, () => ({ status: 200 })));
    await runtime.db.pool.query(
      `INSERT INTO key_limit (id, key_id, origin, metric, amount, "window", updated_at) VALUES ('lim_a', $1, 'declared', 'requests', 100, '24h', now())`,
      [id],
    );
    runtime.changed.emit({ entity: "limit", id });
    const before = await get(id);
    expect(before.headroom).toEqual({
      limit: "lim_a",
      metric: "requests",
      remaining: 21,
      remaining_fraction: expect.closeTo(0.21),
    });
    const key = await send({ status: 200 });
    expect(key).toMatchObject({ state: "at_risk", limits: [{ used: 80, used_fraction: 0.8 }] });
    expect((await list("?state=at_risk")).data).toEqual([key]);
  });

  it("is blocked above all, until it is unblocked", async () => {
    const { id } = await send({ status: 401 });
    expect((await patch(id, { blocked: true })).body).toMatchObject({ state: "blocked", why: "blocked" });
    expect((await list("?state=blocked")).total).toBe(1);
    expect((await patch(id, { blocked: false })).body).toMatchObject({
      state: "unauthorized",
      blocked_at: null,
    });
  });
});
