import type { UsageTotals } from "@/lib/domain/usage/totals";
import type { Fleet } from "@/lib/features/rules/fleet";

interface Held {
  /** End of the range that was read, epoch ms. */
  to: number;
  /** The keys whose use is held as it is in the database. */
  keys: Set<number>;
  cells: Map<string | null, UsageTotals>;
}

/** Past this share of missing keys, all are read at once. */
const MOST = 0.5;

/**
 * Use of keys in the windows that end with the current bucket. Until that bucket ends, only touched keys can have changed:
 * rules on a provider or on everything then cost no more than what was touched.
 */
export class CellCache {
  readonly #held = new Map<string, Held>();

  /** These keys have to be read again; "all" when nobody knows which. */
  forget(keyIds: Iterable<number> | "all"): void {
    if (keyIds === "all") this.#held.clear();
    else for (const id of keyIds) for (const { keys } of this.#held.values()) keys.delete(id);
  }

  /** The cells of the keys (undefined for all) in the range that ends at `to`, and maybe of more keys. */
  async read(
    name: string,
    to: number,
    keyIds: number[] | undefined,
    fleet: Fleet,
    read: (keyIds: number[] | undefined) => Promise<Map<string | null, UsageTotals>>,
  ): Promise<Map<string | null, UsageTotals>> {
    let held = this.#held.get(name);
    if (held === undefined) {
      this.#drop(to);
      held = { to, keys: new Set(), cells: new Map() };
      this.#held.set(name, held);
    }
    const wanted = keyIds ?? [...fleet.keys.keys()];
    const missing = wanted.filter((id) => !held.keys.has(id));
    if (missing.length === 0) return held.cells;
    const most = missing.length > 100 && missing.length > fleet.keys.size * MOST;
    for (const [group, totals] of await read(most ? undefined : missing)) held.cells.set(group, totals);
    for (const id of most ? fleet.keys.keys() : missing) held.keys.add(id);
    return held.cells;
  }

  /** Windows that have moved on. */
  #drop(to: number): void {
    for (const [name, held] of this.#held) if (held.to < to) this.#held.delete(name);
  }
}
