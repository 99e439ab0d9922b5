import { describe, expect, it } from "vitest";
import { readSignals } from "../signals/signals";
import type { SimEvent } from "./event";
import { PROVIDERS } from "./providers";
import { createTraffic, type TrafficOptions } from "./traffic";

const START = Date.UTC(2026, 2, 4, 10);

function read(event: SimEvent) {
  const input = {
    provider: event.provider,
    status: event.status,
    responseHeaders: event.response_headers ?? null,
    error: event.error,
    errorType: event.error_type ?? null,
    retryAfterS: event.retry_after_s ?? null,
    ratelimit: event.ratelimit ?? null,
  };
  return readSignals(input, Date.parse(event.time));
}

function outcomes(options: Partial<TrafficOptions>, minutes: number) {
  const traffic = createTraffic({ seed: 3, keys: 3, rate: 20, scenario: "steady", start: START, ...options });
  return traffic.next(START + minutes * 60_000).map((event) => ({ event, signals: read(event) }));
}

describe("what Keygauge understands of simulated answers", () => {
  it.each(PROVIDERS)("a usual day of %s: success, and rate limits with a wait", (provider) => {
    const all = outcomes({ providers: [provider] }, 10);
    for (const { event, signals } of all) {
      if (event.status === 200) expect(signals.outcome).toBe("success");
      if (event.status === 429) {
        expect(signals.outcome).toBe("rate_limited");
        expect(signals.retryAfterS).toBeGreaterThan(0);
      }
    }
    expect(all.some(({ event }) => event.status === 429)).toBe(true);
  });

  it.each(PROVIDERS)("a spent quota of %s", (provider) => {
    const all = outcomes({ providers: [provider], scenario: "exhaustion", keys: 1, rate: 1 }, 6);
    expect(all.filter(({ signals }) => signals.outcome === "quota_exhausted").length).toBeGreaterThan(20);
  });

  it.each(PROVIDERS)("an overload of %s is the provider's, not the key's", (provider) => {
    const all = outcomes({ providers: [provider], scenario: "overload" }, 3);
    const refused = all.filter(({ event }) => event.status === 503 || event.status === 529);
    expect(refused.length).toBeGreaterThan(50);
    for (const { signals } of refused) expect(signals.outcome).toBe("overloaded");
  });

  it("an attack: unauthorized", () => {
    const all = outcomes({ scenario: "attack" }, 3).filter(({ event }) => [401, 403].includes(event.status));
    expect(all.length).toBeGreaterThan(50);
    for (const { signals } of all) expect(signals.outcome).toBe("unauthorized");
  });

  it.each(["openai", "anthropic", "mistral", "issued"] as const)(
    "the advertised limits of %s",
    (provider) => {
      for (const { event, signals } of outcomes({ providers: [provider] }, 1)) {
        if (event.status !== 200 || event.cache_hit) continue;
        const advertised = signals.limits.map((limit) => limit.limit);
        expect(advertised.length).toBeGreaterThan(0);
        for (const amount of advertised) expect(amount).toBeGreaterThan(0);
      }
    },
  );
});
