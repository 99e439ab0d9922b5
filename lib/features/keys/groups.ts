import type { KeyState } from "@/lib/domain/usage/state";
import { toKeyDto } from "./dto";
import { readFigures } from "./figures";
import { readFleet } from "./fleet";
import { countStates } from "./queries";
import type { Key } from "./read";
import type { KeyDto } from "./schemas";

/** Keys that belong together, as one: a pool, or all of a provider. */
export interface KeyGroup {
  /** A pool's id, a provider's name. */
  id: string;
  name: string;
  provider: string | null;
  keys: number;
  states: Record<KeyState, number>;
  /** The last hour; the rate is null without requests. */
  requests: number;
  error_rate: number | null;
  /** Of the day in the viewer's zone. */
  cost_today_micros: number;
  /** The key that is nearest to a limit's end; null where no limit is known. */
  tightest: KeyDto | null;
}

/** All pools or all providers with what their keys add up to, those with the most requests first. Retired keys do not count. */
export async function listGroups(
  by: "pool" | "provider",
  zone: string,
  now: number = Date.now(),
): Promise<{ at: number; groups: KeyGroup[] }> {
  const [{ keys, at }, figures] = await Promise.all([readFleet(now), readFigures(zone, now)]);
  const members = new Map<string, Key[]>();
  for (const key of keys) {
    const id = by === "pool" ? key.row.pool_id : key.row.provider;
    if (id === null || id === "" || key.row.retired_at !== null) continue;
    members.set(id, [...(members.get(id) ?? []), key]);
  }
  const groups = [...members].map(([id, of]): KeyGroup => {
    const first = of[0]?.row;
    let requests = 0;
    let errors = 0;
    let cost = 0;
    for (const { row } of of) {
      const own = figures.get(row.id);
      requests += own?.requests ?? 0;
      errors += (own?.error_rate ?? 0) * (own?.requests ?? 0);
      cost += own?.cost_today_micros ?? 0;
    }
    return {
      id,
      name: (by === "pool" ? first?.pool : first?.provider) ?? id,
      provider: first?.provider || null,
      keys: of.length,
      states: countStates(of),
      requests,
      error_rate: requests === 0 ? null : errors / requests,
      cost_today_micros: cost,
      tightest: nearest(of),
    };
  });
  return { at, groups: groups.sort((a, b) => b.requests - a.requests || a.name.localeCompare(b.name)) };
}

function nearest(keys: readonly Key[]): KeyDto | null {
  const limited = keys.filter(({ tightest }) => tightest !== undefined);
  const used = ({ tightest }: Key) => tightest?.usedFraction ?? 0;
  const found = limited.sort((a, b) => used(b) - used(a))[0];
  return found === undefined ? null : toKeyDto(found);
}
