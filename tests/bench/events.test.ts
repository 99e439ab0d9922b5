import { describe, expect, it } from "vitest";
import { keyring } from "@/lib/crypto";
import { ingestEventSchema } from "@/lib/features/openapi/ingest-event";
import { checkEvent } from "@/lib/ingest/check";
import { type EventOptions, type PreparedRequest, Requests } from "./events";

const NOW = Date.parse("2026-11-23T14:10:00Z");
const options: EventOptions = { seed: "test", batch: 50, keys: 40, distribution: "zipf", requests: 10 };

function eventsOf({ bytes }: PreparedRequest): Record<string, unknown>[] {
  const [head = "", body = ""] = bytes.toString().split("\r\n\r\n");
  expect(head).toContain(`Content-Length: ${Buffer.byteLength(body)}\r\n`.trim());
  return JSON.parse(body) as Record<string, unknown>[];
}

function sent(requests: Requests, source: readonly PreparedRequest[]) {
  return source.flatMap((request) => {
    requests.renew(request, NOW);
    return eventsOf(request);
  });
}

describe("the events of the benchmarks", () => {
  it("have every field there is, and each of them is taken", () => {
    const requests = new Requests(options, "token");
    const events = sent(requests, requests.all);
    const context = {
      ring: keyring("a secret"),
      sourceId: 1,
      now: NOW,
      retentionDays: 30,
      idempotencyKey: null,
      identities: new Map(),
    };
    for (const event of events) expect(() => checkEvent(event, 0, context)).not.toThrow();
    const used = new Set(events.flatMap(Object.keys));
    expect([...used].toSorted()).toEqual(Object.keys(ingestEventSchema.shape).toSorted());
    const always = Object.keys(ingestEventSchema.shape).filter((name) => events.every((e) => name in e));
    expect(always).toEqual(expect.arrayContaining(["ratelimit", "tags", "client_ip", "cost_usd"]));
  });

  it("are new ones each time they are sent, within the second before", () => {
    const requests = new Requests(options, "token");
    const events = [...sent(requests, requests.all), ...sent(requests, requests.all)];
    expect(new Set(events.map(({ id }) => id)).size).toBe(1_000);
    for (const { time } of events) {
      expect(Date.parse(String(time))).toBeGreaterThan(NOW - 1_000);
      expect(Date.parse(String(time))).toBeLessThanOrEqual(NOW);
    }
  });

  it("have the times that were asked for", () => {
    const requests = new Requests({ ...options, times: { from: NOW - 60_000, every: 20 } }, "token");
    const times = sent(requests, requests.all).map(({ time }) => Date.parse(String(time)));
    expect(times.slice(0, 3)).toEqual([NOW - 60_000, NOW - 59_980, NOW - 59_960]);
    expect(times.at(-1)).toBe(NOW - 60_000 + 499 * 20);
  });

  it("name each key once in the first requests", () => {
    const requests = new Requests({ ...options, keys: 2_500 }, "token");
    const keys = sent(requests, requests.ofEachKey).map(({ key }) => key);
    expect([keys.length, new Set(keys).size]).toEqual([2_500, 2_500]);
  });
});
