import { expect, it } from "vitest";
import type { Notification } from "@/lib/channels/notification";
import { keyNow } from "@/lib/features/incidents/key-now";
import { createLimit } from "@/lib/features/limits/commands";
import { formatInstant } from "@/lib/format";
import { evaluate, OPERATOR } from "../support/alerting";
import { fire, pass, runtime, setUpNoise, stage } from "../support/noise";

// What messages say of the key beside the rule's value: why calls fail, which limit it is, when it is whole again.

setUpNoise();

async function declare(key: string, amount: number, window = "calendar_day"): Promise<void> {
  const keyId = String(await stage.keyId(key));
  await createLimit({ actor: OPERATOR, keyId, input: { metric: "requests", amount, window } });
}

/** The facts of every message, in order. */
async function facts(): Promise<Record<string, string>[]> {
  const rows = await runtime.db.prisma.delivery.findMany({ orderBy: { seq: "asc" } });
  return rows.map(({ notification }) => {
    const told = (notification as unknown as Notification).facts ?? [];
    return Object.fromEntries(told.map(({ label, text }) => [label, text]));
  });
}

const throttled = { status: 429, error_type: "rate_limit_exceeded", model: "gpt-5" };

it("name the limit that a rule on limits fired at, and its reset", async () => {
  await stage.post("k1", 9);
  await declare("k1", 10);
  await declare("k1", 1_000, "1h");
  const tiers = [{ severity: "warning", threshold: 0.8 }];
  await stage.rule({ metric: "limit_used", window: null, tiers, channels: [await stage.channel()] });
  await evaluate(await stage.engine(), stage);
  const midnight = (Math.floor(stage.now / 86_400_000) + 1) * 86_400_000;
  expect(await facts()).toEqual([
    expect.objectContaining({ Limit: "9 of 10 requests a day", Resets: formatInstant(midnight, "UTC") }),
  ]);
});

it("name the limit that runs dry first, where that is what the rule asks for", async () => {
  await stage.post("k1", 30);
  await declare("k1", 32, "1m");
  await declare("k1", 40, "24h");
  await declare("k1", 10_000, "1h");
  const tiers = [{ severity: "warning", threshold: 3_600 }];
  const channels = [await stage.channel()];
  await stage.rule({ metric: "seconds_to_exhaustion", window: null, operator: "<=", tiers, channels });
  await evaluate(await stage.engine(), stage);
  const [told] = await facts();
  expect(told).toMatchObject({
    Limit: expect.stringMatching(/^30 of (32 requests a minute|40 requests in any 24 h)$/),
    "Runs dry": expect.stringMatching(/^about \d\d:\d\d, in \d+ s at the present rate$/),
  });
  const seconds = (await runtime.db.prisma.ruleInstance.findFirst())?.value ?? 0;
  expect(told?.["Runs dry"]).toContain(`in ${Math.max(1, Math.round(seconds))} s`);
});

it("say why calls of the key fail, and how the latest did; its end says neither", async () => {
  const tiers = [{ severity: "warning", threshold: 3 }];
  await stage.rule({ metric: "throttled", window: "1m", tiers, channels: [await stage.channel()] });
  const engine = await stage.engine();
  await stage.post("k1", 3, throttled);
  await stage.post("k1", 1);
  await evaluate(engine, stage);
  await pass(engine, 120);
  const [fired, ended, ...more] = await facts();
  expect(more).toEqual([]);
  expect(fired).toEqual({
    Why: expect.stringMatching(/^Cooling down after a rate limit, back at \d\d:\d\d$/),
    "Latest error": expect.stringMatching(/^429 rate_limit_exceeded, gpt-5, \d\d:\d\d:\d\d$/),
  });
  expect(ended).toEqual({});
});

it("name the key of a pool that is nearest to its end", async () => {
  await stage.post("k1", 5, { pool: "fast" });
  await stage.post("k2", 9, { pool: "fast" });
  await stage.post("k3", 1, { pool: "fast" });
  for (const key of ["k1", "k2", "k3"]) await declare(key, 10);
  const tiers = [{ severity: "warning", threshold: 0.9 }];
  const scope = { each: "pool" };
  await stage.rule({ metric: "limit_used", window: null, scope, tiers, channels: [await stage.channel()] });
  await evaluate(await stage.engine(), stage);
  expect(await facts()).toMatchObject([{ "Nearest to its end": "k2", Limit: "9 of 10 requests a day" }]);
});

it("are there for the next step of an escalation, too, as they are by then", async () => {
  const [first, second] = [await stage.channel(), await stage.channel("sms")];
  const tiers = [{ severity: "warning", threshold: 10 }];
  const escalation = [{ after: "5m", channels: [second] }];
  await stage.rule({ tiers, window: "1h", escalation, channels: [first] });
  const engine = await stage.engine();
  await stage.post("k1", 1);
  await declare("k1", 100);
  await fire(engine, "k1");
  await stage.post("k1", 20);
  await pass(engine, 301);
  expect(await facts()).toMatchObject([
    { Limit: "11 of 100 requests a day" },
    { Limit: "31 of 100 requests a day" },
  ]);
});

it("say nothing of keys without limits and errors, nor of a group that does not fire on its limits", async () => {
  const channels = [await stage.channel()];
  await stage.rule({ channels });
  await stage.rule({ channels, name: "All", scope: { each: "all" } });
  const engine = await stage.engine();
  await fire(engine, "k1");
  expect(await facts()).toEqual([{}, {}]);
});

it("stand on the incident's page too, as they are while it is open", async () => {
  await stage.rule({ channels: [] });
  const engine = await stage.engine();
  await fire(engine, "k1");
  await stage.post("k1", 1, throttled);
  const key = String(await stage.keyId("k1"));
  const now = await keyNow({ key, state: "firing" }, stage.now);
  expect(now).toMatchObject({
    key: { id: key, state: "throttled", why: "cooling_down" },
    error: { status: 429, what: "rate_limit_exceeded", model: "gpt-5" },
  });
  expect(await keyNow({ key, state: "resolved" }, stage.now)).toBeNull();
  expect(await keyNow({ key: null, state: "firing" }, stage.now)).toBeNull();
  expect(await keyNow({ key: "999999", state: "firing" }, stage.now)).toBeNull();
});
