import type { Occurrences } from "@/lib/ingest/content-id";
import type { Rejection } from "@/lib/ingest/event";
import type { Ingest } from "@/lib/ingest/ingest";
import type { RawRecord } from "@/lib/ingest/records";
import type { Checkpoint, Progress, Totals } from "./checkpoint";
import type { Piece, Place } from "./lines";
import type { ImportSource } from "./records";

/** Events stored together; the next ones are read meanwhile. */
const BATCH = 4_000;
/** Alike records are told apart when fewer than this many others stand between them. */
const WINDOW = 250_000;
/** Different reasons counted apart. */
const MAX_REASONS = 100;

export interface Run {
  ingest: Pick<Ingest, "accept">;
  source: ImportSource;
  checkpoint: Checkpoint;
  /** Counts alike records; what `read` gives its ids with. */
  occurrences: Occurrences;
  read(from: Place): AsyncIterable<Piece<RawRecord[]>[]>;
  /** Where the file's records begin. */
  start: Place;
  /** From an earlier run that did not come to its end. */
  earlier: Progress | null;
  /** Kept up to date for whoever shows it. */
  totals: Totals;
  onRejected(rejections: readonly Rejection[]): void;
  signal: AbortSignal;
}

/**
 * Stores a file's records, batch after batch; after each, the progress is kept. Resolves when all is stored, or stored up to
 * where the signal stopped it. Throws what reading or storing threw, after what was read before is stored.
 */
export async function runImport(run: Run): Promise<void> {
  const { checkpoint, earlier, occurrences, signal } = run;
  const done = earlier?.place.offset ?? 0;
  let place = earlier?.window ?? run.start;
  let [older, newer] = [place, place];
  let inWindow = 0;
  let batch: RawRecord[] = [];
  let flight: Promise<void> = Promise.resolve();

  const flush = async () => {
    await flight;
    if (batch.length === 0) return;
    flight = store(run, batch, { place, window: occurrences.empty ? place : older });
    // Its failure is thrown by the next flush.
    flight.catch(() => {});
    batch = [];
  };

  let failure: unknown;
  try {
    for await (const pieces of run.read(place)) {
      for (const { content, next } of pieces) {
        place = next;
        // What is stored already is read again for the count of alike records only.
        if (next.offset > done) for (const record of content) batch.push(record);
        inWindow += content.length;
        if (inWindow >= WINDOW) {
          occurrences.turn();
          [older, newer, inWindow] = [newer, place, 0];
        }
        if (batch.length >= BATCH) await flush();
        if (signal.aborted) break;
      }
      if (signal.aborted) break;
    }
  } catch (error) {
    // Stopping ends a read that waits for more.
    if (!signal.aborted) failure = error;
  }
  await flush();
  await flight;
  if (failure !== undefined) throw failure;
  if (!signal.aborted) await checkpoint.remove();
}

async function store(run: Run, batch: RawRecord[], at: Omit<Progress, "totals">): Promise<void> {
  const { totals } = run;
  const { accepted, duplicates, rejected, errors } = await run.ingest.accept(
    run.source,
    batch,
    null,
    batch.length,
  );
  totals.accepted += accepted;
  totals.duplicates += duplicates;
  totals.rejected += rejected;
  for (const { field, message } of errors) countReason(totals.reasons, field, message);
  run.onRejected(errors);
  await run.checkpoint.save({ ...at, totals });
}

function countReason(reasons: Totals["reasons"], field: string, message: string): void {
  const reason = field === "" ? message : `${field}: ${message}`;
  const known = Object.hasOwn(reasons, reason) || Object.keys(reasons).length < MAX_REASONS;
  const counted = known ? reason : "other";
  reasons[counted] = (reasons[counted] ?? 0) + 1;
}
