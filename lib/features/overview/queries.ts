import { z } from "zod";
import { parseRange, resolveRange, type TimeRange } from "@/lib/domain/charts/range";
import type { Activity } from "@/lib/domain/live/buckets";
import { KEY_STATES, type KeyState } from "@/lib/domain/usage/state";
import type { Range } from "@/lib/domain/usage/window";
import { isTimeZone } from "@/lib/domain/usage/zone";
import { parse } from "@/lib/errors";
import { type Runtime, runtime } from "@/lib/runtime";
import { failingChannels } from "../channels/failing";
import { chartStep, readActivity } from "../keys/activity";
import { toKeyDto } from "../keys/dto";
import { hasManyKeys, MANY_KEYS, readFleet } from "../keys/fleet";
import { readLately } from "../keys/lately";
import { countStates } from "../keys/queries";
import type { Key } from "../keys/read";
import type { KeyDto, LatelyDto } from "../keys/schemas";
import { memo } from "../memo";
import { allUse } from "../usage/all-use";
import { openIncidents } from "./incidents";
import type { FailingChannel, IncidentSummary, SourcePulse, TodayDto } from "./schemas";
import { readToday } from "./today";

/** The one chart is wide: a month is drawn by the hour. */
const MOST_POINTS = 800;
const LEAST_HEADROOM = 8;
const INCIDENTS = 5;
/** The worst first. Who blocked a key knows of it. */
const TROUBLE: readonly KeyState[] = ["unauthorized", "exhausted", "throttled"];
const MOST_IN_TROUBLE = 3;
const MOST_SOURCES = 50;

export interface OverviewDto {
  /** All of it is at least this fresh, epoch ms. */
  at: number;
  keys: Record<KeyState, number>;
  /** Without a source nothing can come in. */
  has_sources: boolean;
  /** Those that sent something once, the longest silent first. */
  sources: SourcePulse[];
  /** Those that take no messages, the longest first; 50 at most. */
  failing_channels: FailingChannel[];
  today: TodayDto;
  activity: Activity;
  least_headroom: KeyWithLately[];
  /** Keys that calls fail with, the worst first; 3 at most. */
  in_trouble: KeyDto[];
  incidents: { open: number; data: IncidentSummary[] };
}

export interface KeyWithLately extends KeyDto {
  lately: LatelyDto;
}

const zoneSchema = z.object({
  tz: z.string().refine(isTimeZone, "expected an IANA time zone, such as Europe/Berlin").default("UTC"),
});

/** GET /overview: `range` or `from` and `to`, and `tz`, the zone whose day is today. Throws `invalid` on `tz`. */
export function overviewOf(params: URLSearchParams): Promise<OverviewDto> {
  const { tz } = parse(zoneSchema, { tz: params.get("tz") ?? undefined });
  return getOverview(parseRange(params), tz);
}

/** Everything the overview page shows, at a cost that many open pages share. */
export function getOverview(range: TimeRange, zone: string, now: number = Date.now()): Promise<OverviewDto> {
  const read = () => readOverview(range, zone, now);
  if (!hasManyKeys()) return read();
  memo("ahead", () => readAhead(now), AHEAD_EVERY_MS).catch(() => {});
  return memo(`overview ${editsSoFar()} ${zone} ${JSON.stringify(range)}`, read, 0, 0);
}

/** Ranges that are often looked at next. */
const AHEAD = ["6h", "24h"] as const;
const AHEAD_EVERY_MS = 60_000;

/** Reads them while nobody waits, unless they are kept, so that choosing one costs what came since. A failure is for whoever chooses it. */
async function readAhead(now: number): Promise<void> {
  for (const preset of AHEAD) {
    const range = resolveRange({ kind: "preset", preset }, now);
    if (!allUse().keeps(chartStep(range, now, MOST_POINTS), range.from)) await activityIn(range, now);
  }
}

const activityIn = (range: Range, now: number) =>
  readActivity(null, range, now, { latency: false, mostPoints: MOST_POINTS });

/** Entities whose change shows on the overview. */
const SHOWN = new Set(["key", "limit", "incident", "source", "rule", "channel"]);
const edits = new WeakMap<Runtime, { count: number }>();

/** Counts changes of what the overview shows, so that what was read before one is not shown after it. */
function editsSoFar(): number {
  const owner = runtime();
  let seen = edits.get(owner);
  if (seen === undefined) {
    const counted = { count: 0 };
    owner.changed.subscribe(({ entity }) => {
      if (SHOWN.has(entity)) counted.count += 1;
    });
    edits.set(owner, counted);
    seen = counted;
  }
  return seen.count;
}

async function readOverview(range: TimeRange, zone: string, now: number): Promise<OverviewDto> {
  const fleet = readFleet(now);
  const [{ keys, at }, rows, today, activity, incidents, sources, failing] = await Promise.all([
    fleet,
    fleet.then(({ keys }) => {
      const read = () => withLately(glanceAt(keys).least, zone, now);
      // Of many keys others come to the top all the time: nobody waits then for what they did lately.
      return keys.length < MANY_KEYS ? read() : memo(`least headroom ${zone}`, read);
    }),
    readToday(zone, now),
    memo(`activity ${JSON.stringify(range)}`, () => activityIn(resolveRange(range, now), now)),
    openIncidents(INCIDENTS),
    runtime().db.prisma.source.findMany({
      select: { id: true, name: true, lastEventAt: true },
      orderBy: { lastEventAt: { sort: "asc", nulls: "last" } },
      take: MOST_SOURCES,
    }),
    failingChannels(),
  ]);
  return {
    at: Math.min(at, today.at, activity.at),
    keys: glanceAt(keys).counts,
    has_sources: sources.length > 0,
    sources: sources.flatMap(({ id, name, lastEventAt }) =>
      lastEventAt === null ? [] : [{ id: String(id), name, last_event_at: lastEventAt.toISOString() }],
    ),
    failing_channels: failing,
    today,
    activity,
    least_headroom: rows,
    in_trouble: glanceAt(keys).inTrouble.map(toKeyDto),
    incidents,
  };
}

interface Glance {
  counts: Record<KeyState, number>;
  inTrouble: readonly Key[];
  least: readonly Key[];
}

/** By the keys of a view of the fleet, which serves many requests. */
const glances = new WeakMap<readonly Key[], Glance>();

function glanceAt(keys: readonly Key[]): Glance {
  let glance = glances.get(keys);
  if (glance === undefined) {
    const used = keys.filter(({ row }) => row.retired_at === null);
    glance = { counts: countStates(keys), inTrouble: inTrouble(used), least: leastHeadroom(used) };
    glances.set(keys, glance);
  }
  return glance;
}

/** Keys that calls fail with: the worst first, and of equals the one that was used last. */
function inTrouble(keys: readonly Key[]): Key[] {
  return keys
    .filter(({ status }) => TROUBLE.includes(status.state))
    .sort(
      (a, b) =>
        TROUBLE.indexOf(a.status.state) - TROUBLE.indexOf(b.status.state) ||
        (b.row.latest_at ?? 0) - (a.row.latest_at ?? 0),
    )
    .slice(0, MOST_IN_TROUBLE);
}

/** The keys nearest to a limit's end; then, where there are not enough with limits, those in the worst state. */
function leastHeadroom(keys: readonly Key[]): Key[] {
  const rank = ({ tightest, status, row }: Key): [number, number, number] => [
    -(tightest?.usedFraction ?? -1),
    KEY_STATES.indexOf(status.state),
    -(row.latest_at ?? 0),
  ];
  return keys
    .map((key) => ({ key, rank: rank(key) }))
    .sort((a, b) => a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1] || a.rank[2] - b.rank[2])
    .slice(0, LEAST_HEADROOM)
    .map(({ key }) => key);
}

async function withLately(keys: readonly Key[], zone: string, now: number): Promise<KeyWithLately[]> {
  const ids = keys.map(({ row }) => row.id);
  const lately = await memo(`lately ${zone} ${ids.join()}`, () => readLately(ids, zone, now));
  return keys.flatMap((key) => {
    const found = lately.get(key.row.id);
    return found === undefined ? [] : [{ ...toKeyDto(key), lately: found }];
  });
}
