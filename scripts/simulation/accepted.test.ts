import { expect, it } from "vitest";
import { keyring } from "@/lib/crypto";
import { SCENARIOS } from "@/lib/domain/simulation/scenario";
import { createTraffic } from "@/lib/domain/simulation/traffic";
import { checkEvent } from "@/lib/ingest/check";

const START = Date.UTC(2026, 2, 4, 10);

it.each(SCENARIOS)(
  "the ingest endpoint accepts every event of %s, and leaves its names as they are",
  (scenario) => {
    const now = START + 60_000;
    const traffic = createTraffic({ seed: 8, keys: 10, rate: 20, scenario, start: START, cycleMs: 60_000 });
    const ring = keyring("a secret for tests of 32 characters");
    const context = {
      ring,
      sourceId: 1,
      now,
      retentionDays: 30,
      idempotencyKey: null,
      identities: new Map(),
    };
    const events = traffic.next(now);
    expect(events.length).toBeGreaterThan(200);
    events.forEach((event, index) => {
      const checked = checkEvent(event, index, context);
      expect(checked).toMatchObject({
        keyName: event.key_name,
        provider: event.provider,
        consumer: event.consumer,
      });
      expect(checked.at).toBe(Date.parse(event.time));
      expect(checked.hint).not.toBe(event.key);
    });
  },
);
