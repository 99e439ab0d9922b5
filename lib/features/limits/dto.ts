import type { HeadroomDto, LimitDto } from "../keys/schemas";
import type { MeasuredLimit } from "./measure";

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

export function toLimitDto(limit: MeasuredLimit): LimitDto {
  return {
    id: limit.id,
    origin: limit.origin,
    metric: limit.metric,
    amount: limit.amount,
    window: limit.window,
    time_zone: limit.timeZone,
    used: limit.used,
    used_fraction: limit.usedFraction,
    remaining: limit.headroom,
    resets_at: iso(limit.resetsAt),
    seconds_to_exhaustion: limit.secondsToExhaustion,
    projected_fraction: limit.projectedFraction,
    runs_out_before_reset: limit.runsOutBeforeReset,
    observed_at: iso(limit.observedAt),
    created_at: new Date(limit.createdAt).toISOString(),
    updated_at: new Date(limit.updatedAt).toISOString(),
  };
}

/** What is left of a key's tightest limit. */
export function toHeadroomDto(limit: MeasuredLimit): HeadroomDto {
  return {
    limit: limit.id,
    metric: limit.metric,
    remaining: limit.headroom,
    remaining_fraction: Math.max(0, 1 - limit.usedFraction),
  };
}
