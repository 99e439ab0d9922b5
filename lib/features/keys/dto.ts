import { toHeadroomDto, toLimitDto } from "../limits/dto";
import type { Key } from "./read";
import type { KeyDto } from "./schemas";

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

export function toKeyDto({ row, limits, tightest, status }: Key): KeyDto {
  return {
    id: String(row.id),
    provider: row.provider === "" ? null : row.provider,
    name: row.name,
    hint: row.hint,
    pool: row.pool,
    pool_id: row.pool_id,
    state: status.state,
    why: status.why,
    until: iso(status.until),
    blocked_at: iso(row.blocked_at),
    retired_at: iso(row.retired_at),
    tags: row.tags,
    limits: limits.map(toLimitDto),
    headroom: tightest === undefined ? null : toHeadroomDto(tightest),
    last_event_at: iso(row.latest_at),
    created_at: new Date(row.created_at).toISOString(),
    updated_at: new Date(row.updated_at).toISOString(),
  };
}
