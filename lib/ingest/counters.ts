import type pg from "pg";
import { log } from "@/lib/log";
import type { IngestResult } from "./event";
import type { RawRecord } from "./records";
import { type Delivered, rejectOf, type StoredReject, sampleOf } from "./sample";

const WRITE_EVERY_MS = 1_000;
const KEPT_REJECTS = 20;

interface Counts {
  accepted: number;
  duplicates: number;
  rejected: number;
  lastEventAt: number | null;
  rejects: StoredReject[];
  latest: (Delivered & { at: number }) | null;
}

/** Records of a request for its source's page. */
interface Witness {
  latest: Delivered | null;
  /** Beside the result's errors, one by one. */
  refused: readonly RawRecord[];
}

/** What each source sent, written once a second: for the source's page, never for billing. */
export class SourceCounters {
  #counts = new Map<number, Counts>();
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly pool: pg.Pool) {}

  /** Costs a request nothing but its sums; a sample is made when it is written. */
  add(sourceId: number, result: IngestResult, now: number, witness: Witness): void {
    const counts = this.#counts.get(sourceId) ?? {
      accepted: 0,
      duplicates: 0,
      rejected: 0,
      lastEventAt: null,
      rejects: [],
      latest: null,
    };
    counts.accepted += result.accepted;
    counts.duplicates += result.duplicates;
    counts.rejected += result.rejected;
    if (result.accepted > 0) counts.lastEventAt = now;
    if (witness.latest !== null)
      counts.latest = { record: witness.latest.record, event: witness.latest.event, at: now };
    // Masked at once, lest large records wait in memory; of more in one second nothing would be seen.
    const room = KEPT_REJECTS - counts.rejects.length;
    if (result.errors.length > 0 && room > 0) {
      const at = new Date(now).toISOString();
      const fresh = result.errors.slice(0, room).map((error, i) => rejectOf(error, witness.refused[i], at));
      counts.rejects = [...fresh, ...counts.rejects];
    }
    this.#counts.set(sourceId, counts);
    this.#timer ??= setTimeout(() => void this.write(), WRITE_EVERY_MS);
  }

  /** Writes what has gathered; on failure it is kept for the next time. */
  async write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const gathered = [...this.#counts];
    this.#counts.clear();
    for (const [sourceId, counts] of gathered) {
      try {
        await this.pool.query(
          `UPDATE source SET accepted = accepted + $2, duplicates = duplicates + $3, rejected = rejected + $4,
                  last_event_at = greatest(last_event_at, to_timestamp($5::float8 / 1000)),
                  rejects = CASE WHEN $6::jsonb = '[]' THEN rejects
                            ELSE jsonb_path_query_array($6::jsonb || coalesce(rejects, '[]'), '$[0 to ${KEPT_REJECTS - 1}]') END,
                  sample = coalesce($7::json, sample)
            WHERE id = $1`,
          [
            sourceId,
            counts.accepted,
            counts.duplicates,
            counts.rejected,
            counts.lastEventAt,
            JSON.stringify(counts.rejects),
            counts.latest === null
              ? null
              : JSON.stringify(sampleOf(counts.latest, new Date(counts.latest.at).toISOString())),
          ],
        );
      } catch (err) {
        log.debug({ err, sourceId }, "The counters of a source were not written");
        this.#restore(sourceId, counts);
      }
    }
  }

  #restore(sourceId: number, counts: Counts): void {
    const since = this.#counts.get(sourceId);
    this.#counts.set(sourceId, {
      accepted: counts.accepted + (since?.accepted ?? 0),
      duplicates: counts.duplicates + (since?.duplicates ?? 0),
      rejected: counts.rejected + (since?.rejected ?? 0),
      lastEventAt: since?.lastEventAt ?? counts.lastEventAt,
      rejects: [...(since?.rejects ?? []), ...counts.rejects].slice(0, KEPT_REJECTS),
      latest: since?.latest ?? counts.latest,
    });
  }
}
