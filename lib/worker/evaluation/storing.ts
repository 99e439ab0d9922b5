import type { Runtime } from "@/lib/runtime";
import { addAccounts } from "./account";
import { addCharts } from "./chart";
import type { Memory } from "./memory";
import type { Pending } from "./pending";
import { type Change, persist } from "./persist";
import { loadInstance } from "./rules";
import { evaluate, instanceOf } from "./stepping";
import type { Watermarks } from "./watermarks";

/**
 * Changes of one transaction, so that none holds its locks for long. Each has a dozen statements, which wait their turn
 * beside ingest: when thousands of keys cross at once, that is most of the time.
 */
const BATCH = 5_000;
/** Losing this often against other servers means that something else is wrong. */
const MOST_ROUNDS = 10;

/** Stores changes and takes them into memory. */
export class Storing {
  constructor(
    private readonly runtime: Runtime,
    private readonly memory: Memory,
    private readonly pending: Pending,
    private readonly watermarks: Watermarks,
  ) {}

  /** In batches, each of which is one transaction; whoever lost against another server is evaluated again on what that one stored. */
  async store(changes: readonly Change[], now: number, batchSize = BATCH): Promise<void> {
    let left = [...changes];
    for (let round = 0; left.length > 0; round++) {
      if (round === MOST_ROUNDS) throw new Error(`${left.length} instances could not be stored`);
      const lost: Change[] = [];
      const { pool } = this.runtime.db;
      await Promise.all([
        addCharts(pool, this.memory.fleet, left),
        addAccounts(pool, this.memory.fleet, left, now),
      ]);
      for (let start = 0; start < left.length; start += batchSize) {
        const batch = left.slice(start, start + batchSize);
        const stored = new Map(
          (await persist(this.runtime, this.memory.fleet, batch, now)).map((one) => [one.change, one]),
        );
        for (const change of batch) {
          const done = stored.get(change);
          if (done === undefined) lost.push(change);
          else {
            const { version, incidentId } = done;
            const { loaded, instance, stepped, nextAt } = change;
            this.watermarks.saved(loaded, now);
            this.memory.settle(loaded, { ...instance, state: stepped.state, version, incidentId }, nextAt);
          }
        }
      }
      left = (await Promise.all(lost.map((change) => this.#again(change, now)))).flat();
    }
  }

  /** A lost change, made again on the row as it is now; none when the rule itself was changed. */
  async #again({ loaded, instance, observation }: Change, now: number): Promise<Change[]> {
    const fresh = await loadInstance(this.runtime.db.pool, loaded.id, instance.scopeKey);
    const current = fresh ?? { ...instanceOf(loaded, instance.scopeKey), version: 0, incidentId: null };
    if (fresh?.version === instance.version || (fresh === null && instance.version === 0)) {
      // The instance is as it was, so the rule is not: it will be loaded and evaluated anew.
      this.pending.reload([loaded.id]);
      return [];
    }
    const { change, nextAt } = evaluate(loaded, current, observation, now);
    if (change !== null) return [change];
    this.memory.settle(loaded, current, nextAt);
    return [];
  }
}
