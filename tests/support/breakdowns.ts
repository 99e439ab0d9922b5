import fc from "fast-check";
import { expect } from "vitest";
import { DAY, HOUR, MINUTE } from "@/lib/domain/usage/duration";
import { Sealer } from "@/lib/worker/sealer";
import { ingestStage } from "./ingest";

/** A whole hour: all that the tests send happened in the three hours from here, or is late. */
export const START = Math.floor(Date.now() / HOUR) * HOUR - 4 * HOUR;
export const NOW = START + 4 * HOUR + 10 * MINUTE;

export interface Sent {
  time: number;
  key: string;
  model?: string | undefined;
  route?: string | undefined;
  status?: number | undefined;
  client_ip?: string | undefined;
  input_tokens?: number | undefined;
  latency_ms?: number | undefined;
}

const event = fc.record({
  time: fc.oneof(
    fc.integer({ min: 0, max: 3 * HOUR - 1 }).map((ms) => START + ms),
    // Late, and at an hour's very edges.
    fc.integer({ min: 1, max: 2 * DAY - HOUR }).map((ms) => START - ms),
    fc.constantFrom(START, START + HOUR - 1, START + HOUR, START + 2 * HOUR - 1),
  ),
  key: fc.constantFrom("sk-a", "sk-b"),
  model: fc.option(fc.constantFrom("m1", "m2", "m3"), { nil: undefined }),
  route: fc.option(fc.constantFrom("/a", "/b"), { nil: undefined }),
  status: fc.option(fc.constantFrom(0, 200, 401, 402, 404, 429, 500, 503), { nil: undefined }),
  client_ip: fc.option(fc.constantFrom("203.0.113.1", "203.0.113.2", "2001:db8::1"), { nil: undefined }),
  input_tokens: fc.option(fc.nat(10_000), { nil: undefined }),
  latency_ms: fc.option(fc.float({ min: 0, max: 1e5, noNaN: true }), { nil: undefined }),
});
export const events = fc.array(event, { minLength: 1, maxLength: 40 });

/** The endpoint on a database of its own, with what seals the hours it wrote. */
export function breakdownStage() {
  const stage = ingestStage();
  return Object.assign(stage, {
    async post(events: readonly Sent[]): Promise<void> {
      const answer = await stage.server.post(events);
      expect(answer).toMatchObject({ status: 200, body: { accepted: events.length } });
    },
    /** Seals all that can be sealed. */
    async sealAll(now = NOW): Promise<void> {
      const sealer = new Sealer(stage.runtime, () => now);
      while ((await sealer.work()) === 0);
    },
    table: async (name: string) =>
      (await stage.runtime.db.pool.query(`SELECT * FROM ${name} ORDER BY 1, 2, dimension, value_id`)).rows,
  });
}
