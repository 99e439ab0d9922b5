import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY, HOUR, MINUTE } from "@/lib/domain/usage/duration";
import { outcomeOfStatus } from "@/lib/domain/usage/outcome";
import { STEP_MS } from "@/lib/domain/usage/steps";
import { getUsage } from "@/lib/features/usage/series";
import { setLogLevel } from "@/lib/log";
import { breakdownStage, events, NOW, type Sent, START } from "../support/breakdowns";

setLogLevel("silent");
const stage = breakdownStage();
const { post, sealAll, table } = stage;

const FIELDS = ["model", "route", "status", "outcome", "client_ip"] as const;
type Field = (typeof FIELDS)[number];

/** Values that are not 0, by metric, group and instant. */
async function usage(query: Record<string, unknown>, now = NOW): Promise<Record<string, number>> {
  const { series } = await getUsage(query, now);
  return Object.fromEntries(
    series.flatMap(({ metric, group, points }) =>
      points.flatMap(([at, value]) => (value ? [[`${metric} ${group} ${at - START}`, value] as const] : [])),
    ),
  );
}

const groupOf = (event: Sent, field: Field | null): string | null => {
  if (field === null) return null;
  if (field === "outcome") return outcomeOfStatus(event.status);
  const value = event[field];
  return value === undefined ? null : String(value);
};

interface Asked {
  from: number;
  to: number;
  step: "1h" | "1d";
}

/** What the answer must be, counted from what was sent. */
function counted(
  events: readonly Sent[],
  { from, to, step }: Asked,
  field: Field | null,
): Record<string, number> {
  const size = STEP_MS[step];
  const sums: Record<string, number> = {};
  const add = (name: string, amount: number) => {
    if (amount > 0) sums[name] = (sums[name] ?? 0) + amount;
  };
  for (const event of events) {
    if (event.time < Math.floor(from / size) * size || event.time >= to) continue;
    const point = `${groupOf(event, field)} ${Math.floor(event.time / size) * size - START}`;
    add(`requests ${point}`, 1);
    add(`input_tokens ${point}`, event.input_tokens ?? 0);
    add(`errors ${point}`, outcomeOfStatus(event.status) === "success" ? 0 : 1);
  }
  return sums;
}

function countedAddresses(events: readonly Sent[], { from, to, step }: Asked): Record<string, number> {
  const size = STEP_MS[step];
  const addresses = new Map<string, Set<string>>();
  for (const { time, client_ip } of events) {
    if (client_ip === undefined || time < Math.floor(from / size) * size || time >= to) continue;
    const point = `distinct_ips null ${Math.floor(time / size) * size - START}`;
    addresses.set(point, (addresses.get(point) ?? new Set()).add(client_ip));
  }
  return Object.fromEntries([...addresses].map(([point, set]) => [point, set.size]));
}

const RANGES: Asked[] = [
  { from: START, to: START + 3 * HOUR, step: "1h" },
  { from: START + 20 * MINUTE, to: START + 2 * HOUR + 30 * MINUTE, step: "1h" },
  { from: START - 2 * DAY, to: NOW, step: "1d" },
];
const METRICS = ["requests", "input_tokens", "errors"];

async function expectAsCounted(events: readonly Sent[], ranges: readonly Asked[] = RANGES): Promise<void> {
  for (const range of ranges) {
    const asked = { from: String(range.from), to: String(range.to), step: range.step };
    for (const group_by of FIELDS) {
      expect(await usage({ ...asked, group_by, metric: METRICS })).toEqual(counted(events, range, group_by));
    }
    const ofModel = events.filter(({ model }) => model === "m1");
    const ofStatus = events.filter(({ status }) => status === 500);
    expect(await usage({ ...asked, metric: METRICS, model: "m1" })).toEqual(counted(ofModel, range, null));
    expect(await usage({ ...asked, metric: METRICS, status: "500" })).toEqual(counted(ofStatus, range, null));
    expect(await usage({ ...asked, metric: ["distinct_ips"] })).toEqual(countedAddresses(events, range));
  }
}

const empty = () =>
  stage.runtime.db.pool.query(
    "TRUNCATE usage_event, usage_10s, usage_minute, usage_hour, usage_breakdown, usage_seal",
  );
const hour = { from: String(START), to: String(START + HOUR), step: "1h" };

describe("breakdowns", () => {
  test("say what the events say: unsealed, sealed, with a stale seal, and sealed again", async () => {
    await fc.assert(
      fc
        .asyncProperty(events, events, async (first, late) => {
          await post(first);
          await expectAsCounted(first);
          await sealAll();
          await expectAsCounted(first);
          await post(late);
          const all = [...first, ...late];
          await expectAsCounted(all);
          await sealAll();
          await expectAsCounted(all);
        })
        .beforeEach(empty),
      { numRuns: 6 },
    );
  });

  test("are read without the events once they are sealed", async () => {
    const sent = Array.from({ length: 30 }, (_, i) => ({
      key: "sk-a",
      time: START + i * 5 * MINUTE,
      model: `m${i % 4}`,
      client_ip: `203.0.113.${i % 7}`,
    }));
    await post(sent);
    await sealAll();
    await stage.runtime.db.pool.query("DELETE FROM usage_event");
    // But for the hour in which a range ends.
    await expectAsCounted(sent, [
      { from: START, to: START + 3 * HOUR, step: "1h" },
      { from: START - DAY, to: NOW, step: "1d" },
    ]);
  });

  test("keep the 50 values of an hour with the most requests and add up the rest, sealed or not", async () => {
    const sent = Array.from({ length: 60 }, (_, i) =>
      Array.from({ length: i < 50 ? 3 : 2 }, () => ({
        key: "sk-a",
        time: START,
        model: `m${i}`,
        client_ip: `203.0.113.${i}`,
      })),
    ).flat();
    await post([...sent, { key: "sk-a", time: START }]);
    for (const group_by of ["model", "client_ip"] as const) {
      const expected = {
        ...Object.fromEntries(sent.slice(0, 150).map((one) => [`requests ${one[group_by]} 0`, 3])),
        "requests (other) 0": 20,
        "requests null 0": 1,
      };
      const before = await usage({ ...hour, group_by });
      expect(before).toEqual(expected);
      await sealAll();
      expect(await usage({ ...hour, group_by })).toEqual(expected);
    }
  });

  test("tell at most 500 values apart over all hours and keys", async () => {
    const sent = Array.from({ length: 600 }, (_, i) => ({
      key: `sk-${i % 15}`,
      time: START,
      client_ip: `10.0.${i % 3}.${Math.floor(i / 3)}`,
    }));
    await post([...sent, ...sent.slice(0, 400)]);
    const read = async () => Object.entries(await usage({ ...hour, group_by: "client_ip" }));
    const before = await read();
    expect(before).toHaveLength(501);
    expect(before.filter(([, value]) => value === 2)).toHaveLength(400);
    expect(Object.fromEntries(before)["requests (other) 0"]).toBe(100);
    await sealAll();
    expect(Object.fromEntries(await read())).toEqual(Object.fromEntries(before));
  });

  test("tell no status from a status of 0", async () => {
    await post([
      { key: "sk-a", time: START },
      { key: "sk-a", time: START, status: 0 },
      { key: "sk-a", time: START, status: 0 },
    ]);
    await sealAll();
    expect(await usage({ ...hour, group_by: "status" })).toEqual({
      "requests null 0": 1,
      "requests 0 0": 2,
    });
  });

  test("narrowed to a source or consumer are counted from the events", async () => {
    await post([
      { key: "sk-a", time: START, model: "m1" },
      { key: "sk-a", time: START, model: "m2" },
    ]);
    await sealAll();
    const query = { ...hour, group_by: "model", source: "gateway 7001" };
    expect(await usage(query)).toEqual({ "requests m1 0": 1, "requests m2 0": 1 });
    expect(await usage({ ...query, consumer: "nobody" })).toEqual({});
  });

  test("stay when retention has dropped the events, also with a seal that counted fewer", async () => {
    await post([
      { key: "sk-a", time: START, model: "m1", client_ip: "203.0.113.1" },
      { key: "sk-a", time: START, model: "m2", client_ip: "203.0.113.2" },
    ]);
    await sealAll();
    await post([{ key: "sk-a", time: START, model: "m1" }]);
    const before = await table("usage_breakdown");
    await stage.runtime.db.pool.query("DELETE FROM usage_event");
    // Too late: a seal never counts fewer events than it did.
    await sealAll();
    expect(await table("usage_breakdown")).toEqual(before);
    const later = START + 40 * DAY;
    expect(await usage({ ...hour, group_by: "model" }, later)).toEqual({
      "requests m1 0": 1,
      "requests m2 0": 1,
    });
    expect(await usage({ ...hour, metric: ["distinct_ips"] }, later)).toEqual({ "distinct_ips null 0": 2 });
  });

  test("give the percentiles of the events within 5 %", async () => {
    const latencies = Array.from({ length: 400 }, (_, i) => 1.02 ** i);
    await post(latencies.map((latency_ms) => ({ key: "sk-a", time: START, model: "m1", latency_ms })));
    await sealAll();
    const metric = ["latency_p50", "latency_p95", "latency_p99"];
    const found = await usage({ ...hour, group_by: "model", metric });
    for (const [name, rank] of [
      ["latency_p50", 200],
      ["latency_p95", 380],
      ["latency_p99", 396],
    ] as const) {
      expect(Math.abs((found[`${name} m1 0`] ?? 0) / (latencies[rank - 1] ?? 0) - 1)).toBeLessThan(0.05);
    }
  });

  test("count many distinct addresses by sketch, shared ones of several hours and keys once", async () => {
    const sent = Array.from({ length: 9_000 }, (_, i) => ({
      key: `sk-${i % 2}`,
      time: START + ((i % 7) % 3) * HOUR,
      client_ip: `10.0.${Math.floor((i % 4_500) / 250)}.${i % 250}`,
    }));
    await post(sent);
    const days = { from: START, to: START + 3 * HOUR, step: "1d" } as const;
    const read = () =>
      usage({ ...days, from: String(days.from), to: String(days.to), metric: ["distinct_ips"] });
    const before = await read();
    await sealAll();
    expect(await stage.count("usage_seal", "sum(requests)")).toBe(sent.length);
    // The same hashes, so the same estimate.
    expect(await read()).toEqual(before);
    for (const [point, size] of Object.entries(countedAddresses(sent, days))) {
      expect(size).toBeGreaterThan(1_000);
      expect(Math.abs((before[point] ?? 0) / size - 1)).toBeLessThan(0.2);
    }
  });
});
