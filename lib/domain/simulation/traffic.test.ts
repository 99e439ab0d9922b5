import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ATTACKERS } from "./call";
import type { SimEvent } from "./event";
import { SCENARIOS } from "./scenario";
import { createTraffic, type TrafficOptions } from "./traffic";

const START = Date.UTC(2026, 2, 4, 10);
const MINUTE = 60_000;

const count = z.int().min(0);
const amount = z.number().min(0);
const text = z.string().min(1);
const small = (value: unknown) => JSON.stringify(value).length <= 8192;

/** The field table of the native format, strict: an unknown field is a spelling mistake of ours. */
const contractEvent = z.strictObject({
  id: text.max(200),
  time: z.iso.datetime({ precision: 3 }),
  key: text,
  key_name: text,
  provider: text,
  pool: text.optional(),
  consumer: text,
  model: text.optional(),
  operation: text.optional(),
  method: text,
  route: text,
  region: text,
  user_agent: text,
  client_ip: z.union([z.ipv4(), z.ipv6()]),
  status: z.union([z.literal(0), z.int().min(100).max(599)]),
  latency_ms: amount,
  ttft_ms: amount.optional(),
  cost_usd: amount.optional(),
  input_tokens: count.optional(),
  output_tokens: count.optional(),
  cached_tokens: count.optional(),
  request_bytes: count,
  response_bytes: count,
  attempt: count,
  stream: z.boolean().optional(),
  cache_hit: z.boolean().optional(),
  retry_after_s: amount.optional(),
  ratelimit: z
    .array(z.strictObject({ name: text, limit: amount, remaining: amount, reset_s: amount }))
    .optional(),
  response_headers: z.record(z.string(), z.string()).optional(),
  error: z.unknown().refine(small).optional(),
  error_type: text.optional(),
  tags: z.record(z.string(), z.string()).refine((tags) => Object.keys(tags).length <= 20),
});

function traffic(options: Partial<TrafficOptions> = {}) {
  return createTraffic({ seed: 1, keys: 8, rate: 20, scenario: "steady", start: START, ...options });
}

function events(options: Partial<TrafficOptions>, minutes: number): SimEvent[] {
  return traffic(options).next((options.start ?? START) + minutes * MINUTE);
}

const at = (event: SimEvent) => Date.parse(event.time);
const share = (all: readonly SimEvent[], test: (event: SimEvent) => boolean) =>
  all.filter(test).length / all.length;

describe("createTraffic", () => {
  it("gives the same events for the same options, however they are asked for", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.constantFrom(...SCENARIOS),
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.integer({ min: 1, max: 20_000 }), { maxLength: 5 }),
        (seed, scenario, keys, steps) => {
          const whole = traffic({ seed, scenario, keys }).next(START + MINUTE);
          const pieces = traffic({ seed, scenario, keys });
          const got: SimEvent[] = [];
          let until = START;
          for (const step of steps) {
            until = Math.min(START + MINUTE, until + step);
            got.push(...pieces.next(until));
          }
          got.push(...pieces.next(START + MINUTE));
          expect(got).toEqual(whole);
        },
      ),
      { numRuns: 15 },
    );
  });

  it("gives other events and other keys for another seed", () => {
    const one = traffic({ seed: 1 });
    const two = traffic({ seed: 2 });
    const keys = new Set(one.keys.map((key) => key.key));
    expect(two.keys.some((key) => keys.has(key.key))).toBe(false);
    const ids = new Set(one.next(START + MINUTE).map((event) => event.id));
    expect(two.next(START + MINUTE).some((event) => ids.has(event.id))).toBe(false);
  });

  it("makes only events that the native format accepts, with distinct ids, in order and in time", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.constantFrom(...SCENARIOS),
        fc.integer({ min: 1, max: 40 }),
        fc.double({ min: 0.5, max: 200, noNaN: true }),
        (seed, scenario, keys, rate) => {
          const all = events({ seed, scenario, keys, rate, cycleMs: 20_000 }, 0.5);
          for (const event of all) contractEvent.parse(event);
          expect(new Set(all.map((event) => event.id)).size).toBe(all.length);
          let last = START;
          for (const event of all) {
            expect(at(event)).toBeGreaterThanOrEqual(last);
            expect(at(event)).toBeLessThan(START + MINUTE / 2);
            expect(event.key).toMatch(/^sk-sim-/);
            last = at(event);
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it.each([0.5, 20, 200])("keeps to %d events a second on average", (rate) => {
    const minutes = Math.min(300, 200 / rate + 3);
    const mean = events({ rate }, minutes).length / (minutes * 60);
    expect(mean / rate).toBeGreaterThan(0.9);
    expect(mean / rate).toBeLessThan(1.1);
  });

  it.each(["spike", "attack"] as const)("keeps to the rate over whole cycles of %s", (scenario) => {
    const mean = events({ scenario }, 30).length / 1800;
    expect(mean).toBeGreaterThan(18.5);
    expect(mean).toBeLessThan(21.5);
  });

  it("keeps to the rate over a week of diurnal traffic, and sleeps at night", () => {
    const all = events({ scenario: "diurnal", rate: 0.1 }, 7 * 24 * 60);
    expect(all.length / (7 * 86_400 * 0.1)).toBeGreaterThan(0.94);
    expect(all.length / (7 * 86_400 * 0.1)).toBeLessThan(1.06);
    const hour = (event: SimEvent) => new Date(event.time).getUTCHours();
    expect(share(all, (event) => hour(event) === 14)).toBeGreaterThan(
      3 * share(all, (event) => hour(event) === 3),
    );
    const weekend = share(all, (event) => [0, 6].includes(new Date(event.time).getUTCDay()));
    expect(weekend).toBeLessThan(0.2);
  });

  it("never lets a key use more than its limits in any minute or day", () => {
    const simulated = traffic({ keys: 12, rate: 60 });
    const all = simulated.next(START + 8 * MINUTE);
    for (const key of simulated.keys) {
      const passed = all.filter((event) => event.key === key.key && event.status === 200 && !event.cache_hit);
      for (const limit of key.limits) {
        const used = (event: SimEvent) => {
          const input = event.input_tokens ?? 0;
          const output = event.output_tokens ?? 0;
          if (limit.name === "requests") return 1;
          if (limit.name === "output_tokens") return output;
          return limit.name === "tokens" ? input + output : input - (event.cached_tokens ?? 0);
        };
        // A bucket may be emptied and refilled within its window; one oversized request may pass a full one.
        const most = limit.window === "bucket" ? 2 * limit.amount + 15_000 : limit.amount;
        const windows = new Map<number, number>();
        for (const event of passed) {
          const window = Math.floor(at(event) / limit.windowMs);
          windows.set(window, (windows.get(window) ?? 0) + used(event));
        }
        for (const sum of windows.values()) expect(sum).toBeLessThanOrEqual(most);
      }
    }
  });

  it("refuses only keys that run over, with a time to wait", () => {
    const simulated = traffic({ rate: 20 });
    const all = simulated.next(START + 20 * MINUTE);
    const tight = new Set(simulated.keys.filter((key) => key.tier === "project limit").map((key) => key.key));
    const refused = all.filter((event) => event.status === 429);
    expect(refused.length).toBeGreaterThan(20);
    expect(refused.length / all.length).toBeLessThan(0.1);
    for (const event of refused) expect(event.retry_after_s).toBeGreaterThanOrEqual(1);
    expect(refused.filter((event) => tight.has(event.key)).length / refused.length).toBeGreaterThan(0.8);
  });

  it("prices a call from its tokens", () => {
    const call = events({ providers: ["openai"] }, 5).find(
      (event) => event.model === "gpt-4o" && event.status === 200 && !event.cache_hit,
    );
    const cached = call?.cached_tokens ?? 0;
    const usd =
      (((call?.input_tokens ?? 0) - cached) * 2.5 + cached * 1.25 + (call?.output_tokens ?? 0) * 10) / 1e6;
    expect(call?.cost_usd).toBeCloseTo(usd, 7);
  });

  it.each([
    [{ keys: 0 }, /keys/],
    [{ keys: 1.5 }, /keys/],
    [{ rate: 0 }, /rate/],
    [{ rate: Number.NaN }, /rate/],
    [{ start: Number.NaN }, /start/],
  ])("refuses %o", (options, message) => {
    expect(() => traffic(options)).toThrow(message);
  });
});

describe("scenarios", () => {
  it("spike: the rate is five times as high in its quarter of the cycle", () => {
    const all = events({ scenario: "spike" }, 30);
    const phase = (event: SimEvent) => ((at(event) - START) % (3 * MINUTE)) / (3 * MINUTE);
    const inside = all.filter((event) => phase(event) >= 0.25 && phase(event) < 0.5).length / 0.25;
    const outside = all.filter((event) => phase(event) < 0.25 || phase(event) >= 0.5).length / 0.75;
    expect(inside / outside).toBeGreaterThan(4.5);
    expect(inside / outside).toBeLessThan(5.5);
  });

  it("exhaustion: one key spends its day and does not come back", () => {
    const simulated = traffic({ scenario: "exhaustion" });
    const all = simulated.next(START + 6 * MINUTE);
    const victim = simulated.keys.find((key) => key.provider === "gemini")?.key;
    const own = all.filter((event) => event.key === victim);
    const first = own.findIndex((event) => JSON.stringify(event.error ?? "").includes("PerDay"));
    expect(first).toBeGreaterThan(5);
    const after = own.slice(first).filter((event) => !event.cache_hit);
    expect(after.length).toBeGreaterThan(20);
    expect(after.some((event) => event.status === 200)).toBe(false);
    expect(own.slice(0, first).some((event) => event.status === 200)).toBe(true);
  });

  it.each([
    ["openai", "insufficient_quota"],
    ["anthropic", "enforced_spend_limit_reached"],
    ["issued", "quota-exceeded"],
  ] as const)("exhaustion of a key of %s says %s", (provider, code) => {
    const all = events({ scenario: "exhaustion", keys: 1, rate: 2, providers: [provider] }, 6);
    expect(all.some((event) => event.status === 429 && JSON.stringify(event.error).includes(code))).toBe(
      true,
    );
  });

  it("attack: a few addresses meet 401, 403 and 429 on one key", () => {
    const all = events({ scenario: "attack" }, 3);
    const attackers: readonly string[] = ATTACKERS;
    const hostile = all.filter((event) => attackers.includes(event.client_ip));
    expect(hostile.length / all.length).toBeGreaterThan(0.3);
    expect(new Set(hostile.map((event) => event.key)).size).toBe(1);
    expect(new Set(hostile.map((event) => event.status))).toEqual(new Set([401, 403, 429]));
    expect(hostile.every((event) => at(event) >= START + 45_000)).toBe(true);
    expect(events({}, 3).some((event) => attackers.includes(event.client_ip))).toBe(false);
  });

  it("overload: latency climbs, then the provider refuses, then it recovers", () => {
    const all = events({ scenario: "overload", providers: ["anthropic"], rate: 60 }, 3);
    const part = (from: number, to: number) =>
      all.filter((event) => at(event) >= START + from * 180_000 && at(event) < START + to * 180_000);
    const median = (some: readonly SimEvent[]) => {
      const sorted = some.filter((event) => event.status === 200).map((event) => event.latency_ms);
      return sorted.sort((a, b) => a - b)[sorted.length >> 1] ?? 0;
    };
    expect(median(part(0.4, 0.5))).toBeGreaterThan(3 * median(part(0, 0.2)));
    expect(share(part(0.55, 0.7), (event) => event.status === 529)).toBeGreaterThan(0.4);
    expect(share(part(0.8, 1), (event) => event.status === 529)).toBe(0);
  });

  it("outage: one provider fails, the others go on", () => {
    const simulated = traffic({ scenario: "outage" });
    const all = simulated.next(START + 3 * MINUTE);
    const during = all.filter((event) => at(event) >= START + 54_000 && at(event) < START + 126_000);
    const failing = (event: SimEvent) => event.status === 0 || event.status >= 500;
    const down = during.filter((event) => event.provider === "openai");
    expect(share(down, failing)).toBeGreaterThan(0.85);
    expect(down.some((event) => event.status === 0 || event.status === 504)).toBe(true);
    expect(
      share(
        during.filter((event) => event.provider !== "openai"),
        failing,
      ),
    ).toBeLessThan(0.05);
  });

  it("waits for the start of the scenario when history comes first", () => {
    const all = events({ scenario: "attack", scenarioStart: START + 10 * MINUTE }, 10);
    expect(all.some((event) => event.status === 401)).toBe(false);
  });
});
