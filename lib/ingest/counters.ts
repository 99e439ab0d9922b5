import type pg from "pg";
import { log } from "@/lib/log";
import type { IngestResult, Rejection } from "./event";

const WRITE_EVERY_MS = 1_000;
const KEPT_REJECTS = 20;

interface Counts {
  accepted: number;
  duplicates: number;
  rejected: number;
  lastEventAt: number | null;
  rejects: (Rejection & { at: string })[];
}

/** What each source sent, written once a second: for the source's page, never for billing. */
export class SourceCounters {
  #counts = new Map<number, Counts>();
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly pool: pg.Pool) {}

  add(sourceId: number, result: IngestResult, now: number): void {
    const counts = this.#counts.get(sourceId) ?? {
      accepted: 0,
      duplicates: 0,
      rejected: 0,
      lastEventAt: null,
      rejects: [],
    };
    counts.accepted += result.accepted;
    counts.duplicates += result.duplicates;
    counts.rejected += result.rejected;
    if (result.accepted > 0) counts.lastEventAt = now;
    if (result.errors.length > 0) {
      const at = new Date(now).toISOString();
      const fresh = result.errors.slice(0, KEPT_REJECTS).map((error) => ({ at, ...error }));
      counts.rejects = [...fresh, ...counts.rejects].slice(0, KEPT_REJECTS);
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
                            ELSE jsonb_path_query_array($6::jsonb || coalesce(rejects, '[]'), '$[0 to ${KEPT_REJECTS - 1}]') END
            WHERE id = $1`,
          [
            sourceId,
            counts.accepted,
            counts.duplicates,
            counts.rejected,
            counts.lastEventAt,
            JSON.stringify(counts.rejects),
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
    });
  }
}
