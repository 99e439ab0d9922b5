import { parseRange, resolveRange, type TimeRange } from "@/lib/domain/charts/range";
import type { Activity } from "@/lib/domain/live/buckets";
import { incidentsOfKey } from "../overview/incidents";
import type { IncidentSummary } from "../overview/schemas";
import { type EventDto, listEvents } from "../usage/events";
import { readActivity } from "./activity";
import { toKeyDto } from "./dto";
import { readKey } from "./queries";
import type { KeyDto } from "./schemas";

/** Three charts stand side by side, so that each has little room. */
const MOST_POINTS = 300;
const EVENTS = 20;
const INCIDENTS = 8;

/** Everything a key's page shows. */
export interface KeyDetailDto {
  /** All of it is at least this fresh, epoch ms. */
  at: number;
  key: KeyDto;
  activity: Activity;
  incidents: IncidentSummary[];
  events: EventDto[];
}

/** Throws `not_found`. */
export async function getKeyDetail(
  id: string,
  range: TimeRange,
  now: number = Date.now(),
): Promise<KeyDetailDto> {
  const key = await readKey(id, now);
  const [activity, incidents, events] = await Promise.all([
    readActivity(key.row.id, resolveRange(range, now), now, { latency: true, mostPoints: MOST_POINTS }),
    incidentsOfKey(key.row.id, INCIDENTS),
    listEvents({ key: [id], limit: EVENTS }, now),
  ]);
  return { at: now, key: toKeyDto(key), activity, incidents, events: events.data };
}

/** GET /keys/:id/activity: `range`, or `from` and `to`. Throws `not_found`. */
export const keyDetailOf = (id: string, params: URLSearchParams): Promise<KeyDetailDto> =>
  getKeyDetail(id, parseRange(params));
