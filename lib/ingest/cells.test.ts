import fc from "fast-check";
import { expect, test } from "vitest";
import { addSample, binLiteral, binOf, encode, type Histogram } from "@/lib/domain/usage/histogram";
import { type Cell, cellsOf } from "./cells";
import type { CheckedEvent } from "./event";

const START = Date.UTC(2026, 10, 26, 10, 58, 30);

const event = fc.record({
  keyId: fc.integer({ min: 1, max: 3 }),
  // Over the edges of 10 s, minutes and an hour.
  at: fc.integer({ min: START, max: START + 150_000 }),
  consumer: fc.constantFrom(0, 7),
  source: fc.constantFrom(1, 2),
  outcome: fc.integer({ min: 0, max: 7 }),
  latencyMs: fc.option(fc.double({ min: 0, max: 1e9, noNaN: true })),
  inputTokens: fc.option(fc.nat(1e6)),
  outputTokens: fc.option(fc.nat(1e6)),
  cachedTokens: fc.option(fc.nat(1e6)),
  costMicros: fc.option(fc.nat(1e9)),
});
type Drawn = typeof event extends fc.Arbitrary<infer T> ? T : never;
interface Row {
  requests: number;
  failures: number[];
  amounts: number[];
  bins: number[];
}

const add = (events: readonly Drawn[], horizon = { oldest10s: 0, oldestMinute: 0 }) =>
  cellsOf(
    events as unknown as CheckedEvent[],
    (one) => (one as unknown as Drawn).consumer,
    (i) => events[i]?.source ?? 0,
    horizon,
  );

/** What the rows of one tier add up to, by row, as text. */
function sums(cells: readonly Cell[], size: number): Record<string, unknown> {
  const found: Record<string, { requests: number; failures: number[]; amounts: number[]; bins: number[] }> =
    {};
  for (const cell of cells) {
    const name = [cell.keyId, Math.floor(cell.bucket / size) * size, cell.sourceId, cell.consumerId].join();
    // A tier's row takes one cell a statement: a second would update the same row twice.
    expect(found[name]).toBeUndefined();
    const { requests, failures, amounts, bins } = cell;
    found[name] = { requests, failures, amounts, bins: [...bins].sort((a, b) => a - b) };
  }
  return found;
}

function expected(events: readonly Drawn[], size: number): Record<string, unknown> {
  const found: Record<string, { requests: number; failures: number[]; amounts: number[]; bins: number[] }> =
    {};
  for (const one of events) {
    const name = [one.keyId, Math.floor(one.at / size) * size, one.source, one.consumer].join();
    const row: Row = found[name] ?? {
      requests: 0,
      failures: Array(7).fill(0),
      amounts: Array(4).fill(0),
      bins: [],
    };
    found[name] = row;
    row.requests++;
    if (one.outcome > 0) row.failures[one.outcome - 1] = (row.failures[one.outcome - 1] ?? 0) + 1;
    const amounts = [one.inputTokens, one.outputTokens, one.costMicros, one.cachedTokens];
    amounts.forEach((amount, i) => {
      row.amounts[i] = (row.amounts[i] ?? 0) + (amount ?? 0);
    });
    if (one.latencyMs !== null) row.bins.push(binOf(Math.fround(one.latencyMs)));
    row.bins.sort((a, b) => a - b);
  }
  return found;
}

test("the finest tier and the hour get each event once, in its own bucket", () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const { finest, rows } = add(events);
      expect(sums(finest, 10_000)).toEqual(expected(events, 10_000));
      expect(
        sums(
          rows.filter((cell) => cell.in10s),
          10_000,
        ),
      ).toEqual(expected(events, 10_000));
      expect(rows.filter((cell) => cell.inMinute)).toEqual([]);
      expect(
        sums(
          rows.filter((cell) => cell.inHour),
          3_600_000,
        ),
      ).toEqual(expected(events, 3_600_000));
    }),
  );
});

test("what is older than a tier keeps goes into the coarser ones alone", () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const oldest10s = START + 90_000;
      const oldestMinute = START + 30_000;
      const { rows } = add(events, { oldest10s, oldestMinute });
      const since = (from: number) => events.filter((one) => Math.floor(one.at / 10_000) * 10_000 >= from);
      expect(
        sums(
          rows.filter((cell) => cell.in10s),
          10_000,
        ),
      ).toEqual(expected(since(oldest10s), 10_000));
      expect(
        sums(
          rows.filter((cell) => cell.inMinute),
          60_000,
        ),
      ).toEqual(
        expected(
          since(oldestMinute).filter((one) => !since(oldest10s).includes(one)),
          60_000,
        ),
      );
      expect(
        sums(
          rows.filter((cell) => cell.inHour),
          3_600_000,
        ),
      ).toEqual(expected(events, 3_600_000));
    }),
  );
});

test("traffic of one moment makes one cell for all tiers", () => {
  const one = { keyId: 1, at: START, consumer: 0, source: 1, outcome: 0 } as Drawn;
  const { rows } = add([one, { ...one, at: START + 1 }]);
  expect(rows).toMatchObject([{ requests: 2, in10s: true, inMinute: false, inHour: true }]);
});

test("a histogram's literal is its stored form", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { maxLength: 40 }), (latencies) => {
      const histogram: Histogram = [];
      for (const ms of latencies) addSample(histogram, ms);
      const [digits = "0", exponent = "0"] = binLiteral(latencies.map(binOf)).split("e");
      expect(BigInt(digits) * 10n ** BigInt(exponent)).toBe(BigInt(encode(histogram)));
    }),
  );
});
