import { moved, previousRange } from "@/lib/domain/charts/compare";
import { type KeyLook, keyLookOf } from "@/lib/domain/charts/key-look";
import { type Level, levelsOfRules } from "@/lib/domain/charts/levels";
import { resolveRange } from "@/lib/domain/charts/range";
import type { Activity } from "@/lib/domain/live/buckets";
import type { CallFilters } from "@/lib/domain/usage/call-filter";
import { STEP_MS } from "@/lib/domain/usage/steps";
import type { Range } from "@/lib/domain/usage/window";
import { isAppError } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { annotationsOfKey } from "../annotations/queries";
import type { AnnotationDto } from "../annotations/schemas";
import { memo } from "../memo";
import { incidentsOfKey, incidentsWithin } from "../overview/incidents";
import type { IncidentSummary } from "../overview/schemas";
import { definitionOf } from "../rules/definition";
import { type EventDto, listEvents } from "../usage/events";
import { chartStep, readActivity } from "./activity";
import { toKeyDto } from "./dto";
import { readFilteredActivity } from "./filtered";
import { readKey } from "./queries";
import { type Key, readKeyRows } from "./read";
import type { KeyDto } from "./schemas";

/** Two charts stand side by side. */
const MOST_POINTS = 300;
const EVENTS = 20;
const INCIDENTS = 8;
/** More than this could not be told apart in a chart. */
const MOST_DRAWN = 100;

/** Open pages ask for the rules each second: they are understood anew when one changed, or after this long. */
const RULES_KEPT_MS = 60_000;

/** Everything a key's page shows. */
export interface KeyDetailDto {
  /** All of it is at least this fresh, epoch ms. */
  at: number;
  key: KeyDto;
  activity: Activity;
  /** Why the activity is empty though the filters may match: what they look at is not kept for as long. */
  refused: string | null;
  /** The stretch of the same length before, moved to lie under the activity; null unless it was asked for. */
  previous: Activity | null;
  /** The use of other keys that was asked for. */
  compared: { id: string; name: string; activity: Activity }[];
  /** What the charts are held against: the tiers of rules that watch the key. */
  levels: Level[];
  incidents: IncidentSummary[];
  /** What the charts draw in: of the range alone, the earliest first. */
  drawn: { incidents: IncidentSummary[]; annotations: AnnotationDto[] };
  events: EventDto[];
}

/** Throws `not_found`. */
export async function getKeyDetail(
  id: string,
  look: KeyLook,
  now: number = Date.now(),
): Promise<KeyDetailDto> {
  const key = await readKey(id, now);
  const range = resolveRange(look.range, now);
  const on = { range, now, filters: look.filters };
  const [found, previous, compared, levels, incidents, drawnIncidents, annotations, events] =
    await Promise.all([
      activityOf(key.row.id, on),
      look.compare.kind === "previous" ? readPrevious(key.row.id, on) : null,
      look.compare.kind === "keys" ? readCompared(look.compare.ids, on) : [],
      readLevels(key),
      incidentsOfKey(key.row.id, INCIDENTS),
      incidentsWithin(key.row.id, range, MOST_DRAWN),
      annotationsOfKey(key.row, range, MOST_DRAWN),
      listEvents({ key: [id], ...look.filters, limit: EVENTS }, now),
    ]);
  return {
    at: now,
    key: toKeyDto(key),
    ...found,
    previous,
    compared,
    levels,
    incidents,
    drawn: { incidents: drawnIncidents, annotations },
    events: events.data,
  };
}

/** GET /keys/:id/activity: `range`, or `from` and `to`; `compare`, and the filters of /usage. Throws `not_found`. */
export const keyDetailOf = (id: string, params: URLSearchParams): Promise<KeyDetailDto> =>
  getKeyDetail(id, keyLookOf(id, params));

interface On {
  range: Range;
  now: number;
  filters: CallFilters;
}

async function activityOf(
  keyId: number,
  { range, now, filters }: On,
): Promise<{ activity: Activity; refused: string | null }> {
  if (Object.keys(filters).length === 0) {
    const activity = await readActivity({ keyIds: [keyId] }, range, now, {
      latency: true,
      mostPoints: MOST_POINTS,
    });
    return { activity, refused: null };
  }
  try {
    const activity = await readFilteredActivity(keyId, range, now, { filters, mostPoints: MOST_POINTS });
    return { activity, refused: null };
  } catch (error) {
    if (!isAppError(error) || error.code !== "invalid") throw error;
    const nothing = { at: now, ...range, step_ms: STEP_MS[chartStep(range, now, MOST_POINTS)], buckets: [] };
    return { activity: nothing, refused: error.message };
  }
}

async function readPrevious(keyId: number, on: On): Promise<Activity> {
  const { shift, ...range } = previousRange(on.range, STEP_MS[chartStep(on.range, on.now, MOST_POINTS)]);
  const { activity } = await activityOf(keyId, { ...on, range });
  return moved(activity, shift);
}

async function readCompared(ids: readonly string[], on: On): Promise<KeyDetailDto["compared"]> {
  const rows = await readKeyRows(runtime().db.pool, ids.map(Number));
  const known = ids.flatMap((id) => rows.filter((row) => String(row.id) === id));
  return Promise.all(
    known.map(async (row) => ({
      id: String(row.id),
      name: row.name ?? row.hint,
      activity: (await activityOf(row.id, on)).activity,
    })),
  );
}

async function readLevels({ row }: Key): Promise<Level[]> {
  const { rows } = await runtime().db.pool.query<{ version: string }>(
    "SELECT count(*) || ' ' || coalesce(max(updated_at)::text, '') AS version FROM rule WHERE deleted_at IS NULL AND enabled",
  );
  const rules = await memo(`rules of keys ${rows[0]?.version}`, readRules, RULES_KEPT_MS);
  const pool = row.pool_id === null ? null : { id: row.pool_id, name: row.pool ?? "" };
  return levelsOfRules(rules, { id: String(row.id), provider: row.provider, pool });
}

async function readRules() {
  const rows = await runtime().db.prisma.rule.findMany({ where: { deletedAt: null, enabled: true } });
  return rows.map((row) => ({ ...definitionOf(row), id: row.id }));
}
