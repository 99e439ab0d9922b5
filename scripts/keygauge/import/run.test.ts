import { describe, expect, it } from "vitest";
import { contentId, Occurrences } from "@/lib/ingest/content-id";
import type { RawRecord } from "@/lib/ingest/records";
import type { Progress, Totals } from "./checkpoint";
import type { Piece, Place } from "./lines";
import { runImport } from "./run";

const PIECE = 500;

/** A source's store, a kept progress, and a file of these records, a record a line and a byte. */
function stage(records: readonly { id?: string; text: string }[]) {
  const stored = new Set<string>();
  const kept: { progress: Progress | null } = { progress: null };
  const readFrom: number[] = [];

  /** Runs until its end, or dies before the progress of this batch (from 1) is kept. */
  async function run(diesAt = Number.POSITIVE_INFINITY): Promise<Totals> {
    const occurrences = new Occurrences();
    const totals = structuredClone(kept.progress?.totals) ?? {
      ...{ accepted: 0, duplicates: 0, rejected: 0, reasons: {} },
    };
    let batches = 0;
    await runImport({
      source: { id: 1, keyFrom: [] },
      start: { offset: 0, line: 1 },
      earlier: kept.progress,
      signal: new AbortController().signal,
      onRejected: () => {},
      occurrences,
      totals,
      async *read({ offset }: Place) {
        readFrom.push(offset);
        for (let at = offset; at < records.length; at += PIECE) {
          yield records.slice(at, at + PIECE).map(({ id, text }, i): Piece<RawRecord[]> => {
            const line = at + i + 1;
            const value = { id: id ?? contentId(text, occurrences) };
            return { line, content: [{ index: line, value }], next: { offset: line, line: line + 1 } };
          });
        }
      },
      ingest: {
        async accept(_source, batch) {
          const ids = batch.map((record) => ("value" in record ? (record.value as { id: string }).id : ""));
          const accepted = ids.filter((id) => !stored.has(id)).length;
          for (const id of ids) stored.add(id);
          return { accepted, duplicates: ids.length - accepted, rejected: 0, errors: [] };
        },
      },
      checkpoint: {
        load: async () => kept.progress,
        async save(progress) {
          batches += 1;
          if (batches >= diesAt) throw new Error("killed");
          kept.progress = structuredClone(progress);
        },
        async remove() {
          kept.progress = null;
        },
      },
    });
    return totals;
  }
  return { stored, kept, readFrom, run };
}

describe("an import that died and runs again", () => {
  it.each([
    { diesAt: 1, again: 4_000 },
    { diesAt: 2, again: 4_000 },
    { diesAt: 3, again: 3_000 },
  ])("stores each record once when it died at batch $diesAt", async ({ diesAt, again }) => {
    // Every third record has an alike one 5,000 lines before it.
    const records = Array.from({ length: 11_000 }, (_, i) => ({
      text: String(i >= 5_000 && i % 3 === 0 ? i - 5_000 : i),
    }));
    const { run, stored, kept, readFrom } = stage(records);
    await expect(run(diesAt)).rejects.toThrow("killed");
    const { accepted, duplicates } = await run();
    expect(stored.size).toBe(11_000);
    expect({ accepted, duplicates }).toEqual({ accepted: 11_000 - again, duplicates: again });
    expect(kept.progress).toBeNull();
    // Without ids, what was stored is read for its content.
    expect(readFrom).toEqual([0, 0]);
  });

  it("reads nothing again of records with ids", async () => {
    const { run, stored, readFrom } = stage(
      Array.from({ length: 11_000 }, (_, i) => ({ id: `${i}`, text: "" })),
    );
    await expect(run(3)).rejects.toThrow("killed");
    await run();
    expect(readFrom).toEqual([0, 8_000]);
    expect(stored.size).toBe(11_000);
  });

  it("reads back no further than alike records are told apart", async () => {
    const records = Array.from({ length: 600_000 }, (_, i) => ({ text: String(i % 450_000) }));
    const { run, readFrom } = stage(records);
    await expect(run(145)).rejects.toThrow("killed");
    await run();
    expect(readFrom).toEqual([0, 250_000]);
  });
});
