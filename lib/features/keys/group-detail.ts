import { parseRange, resolveRange, type TimeRange } from "@/lib/domain/charts/range";
import type { Activity } from "@/lib/domain/live/buckets";
import { type LimitSum, sumLimits } from "@/lib/domain/usage/limit-sums";
import type { KeyState } from "@/lib/domain/usage/state";
import { isTimeZone } from "@/lib/domain/usage/zone";
import { AppError } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { incidentsOfGroup } from "../overview/incidents";
import type { IncidentSummary } from "../overview/schemas";
import { readActivity } from "./activity";
import { toKeyDto } from "./dto";
import { type KeyFigures, readFigures } from "./figures";
import { readFleet } from "./fleet";
import { countStates } from "./queries";
import type { Key } from "./read";
import type { KeyDto } from "./schemas";

const MOST_POINTS = 300;
const MOST_KEYS = 50;
const INCIDENTS = 8;

export type GroupKind = "pool" | "provider";

/** A key of a group with its last hour and its day; `share` is its part of the group's requests in the hour. */
export interface GroupMember extends KeyDto {
  requests: number;
  share: number;
  error_rate: number | null;
  latency_p95: number | null;
  cost_today_micros: number;
}

/** Everything the page of a pool or provider shows. */
export interface GroupDetailDto {
  /** All of it is at least this fresh, epoch ms. */
  at: number;
  kind: GroupKind;
  /** A pool's id, a provider's name: what filters take. */
  id: string;
  name: string;
  /** Of a pool. */
  provider: string | null;
  states: Record<KeyState, number>;
  /** Keys that are not retired; `members` are those with the most requests. */
  total: number;
  members: GroupMember[];
  limits: LimitSum[];
  activity: Activity;
  incidents: IncidentSummary[];
}

/** A pool by its id, or by its name if only one has it; a provider by its name. Throws `not_found`. */
export async function getGroupDetail(
  kind: GroupKind,
  name: string,
  { range, zone }: { range: TimeRange; zone: string },
  now: number = Date.now(),
): Promise<GroupDetailDto> {
  const [group, { keys }, figures] = await Promise.all([
    kind === "pool" ? findPool(name) : findProvider(name),
    readFleet(now),
    readFigures(zone, now),
  ]);
  const own = keys.filter(({ row }) => (kind === "pool" ? row.pool_id : row.provider) === group.id);
  const active = own.filter(({ row }) => row.retired_at === null);
  const filter = kind === "pool" ? { poolIds: [group.id] } : { provider: group.id };
  const ids = own.map(({ row }) => row.id);
  const [activity, incidents] = await Promise.all([
    readActivity(filter, resolveRange(range, now), now, { latency: true, mostPoints: MOST_POINTS }),
    incidentsOfGroup(ids, `${kind}:${group.id}`, INCIDENTS),
  ]);
  return {
    at: now,
    kind,
    ...group,
    states: countStates(active),
    total: active.length,
    members: busiest(active, figures),
    limits: sumLimits(active.map((key) => toKeyDto(key).limits)),
    activity,
    incidents,
  };
}

/** GET /pools/:id/activity and /providers/:name/activity: `range`, or `from` and `to`, and the zone `tz`. */
export function groupDetailOf(
  kind: GroupKind,
  name: string,
  params: URLSearchParams,
): Promise<GroupDetailDto> {
  const zone = params.get("tz") ?? "UTC";
  return getGroupDetail(kind, name, { range: parseRange(params), zone: isTimeZone(zone) ? zone : "UTC" });
}

type Group = Pick<GroupDetailDto, "id" | "name" | "provider">;

async function findPool(name: string): Promise<Group> {
  const { rows } = await runtime().db.pool.query<Group>(
    `SELECT id, name, nullif(provider, '') AS provider FROM pool WHERE id = $1 OR name = $1 ORDER BY id = $1 DESC LIMIT 2`,
    [name],
  );
  const [found, other] = rows;
  if (found === undefined || (other !== undefined && found.id !== name)) throw noGroup("pool", name);
  return found;
}

async function findProvider(name: string): Promise<Group> {
  const id = name.toLowerCase();
  const { rows } = await runtime().db.pool.query("SELECT 1 FROM api_key WHERE provider = $1 LIMIT 1", [id]);
  if (rows.length === 0 || id === "") throw noGroup("provider", name);
  return { id, name: id, provider: null };
}

const noGroup = (kind: GroupKind, name: string) =>
  new AppError("not_found", `There is no ${kind} ${name.slice(0, 60)}.`);

function busiest(keys: readonly Key[], figures: ReadonlyMap<number, KeyFigures>): GroupMember[] {
  const requests = ({ row }: Key) => figures.get(row.id)?.requests ?? 0;
  const whole = keys.reduce((sum, key) => sum + requests(key), 0);
  return [...keys]
    .sort((a, b) => requests(b) - requests(a) || a.row.id - b.row.id)
    .slice(0, MOST_KEYS)
    .map((key) => {
      const own = figures.get(key.row.id);
      return {
        ...toKeyDto(key),
        requests: requests(key),
        share: whole === 0 ? 0 : requests(key) / whole,
        error_rate: own?.error_rate ?? null,
        latency_p95: own?.latency_p95 ?? null,
        cost_today_micros: own?.cost_today_micros ?? 0,
      };
    });
}
