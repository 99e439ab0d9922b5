import { DAY } from "./duration";

interface StoredDay {
  /** 2026-11-26 */
  day: string;
  events: number;
  bytes: number;
}

/** What another retention would mean, as far as the stored days tell. */
export interface Estimate {
  /** On disk once that many days are full; null while no day has ended. */
  bytes: number | null;
  /** Days that would be deleted, whole. */
  gone: { days: number; events: number; bytes: number; until: string } | null;
}

/** Of `days` days at `now`, epoch ms: the average of the days that have ended, and what is older than the wanted span. */
export function estimateRetention(stored: readonly StoredDay[], days: number, now: number): Estimate {
  const today = isoDay(now);
  const first = isoDay(now - days * DAY);
  const ended = stored.filter(({ day }) => day < today);
  const mean = ended.reduce((sum, { bytes }) => sum + bytes, 0) / ended.length;
  const old = stored.filter(({ day }) => day < first);
  const last = old.at(-1);
  return {
    bytes: ended.length === 0 ? null : mean * days,
    gone:
      last === undefined
        ? null
        : {
            days: old.length,
            events: old.reduce((sum, { events }) => sum + events, 0),
            bytes: old.reduce((sum, { bytes }) => sum + bytes, 0),
            until: last.day,
          },
  };
}

const isoDay = (at: number): string => new Date(at).toISOString().slice(0, 10);
