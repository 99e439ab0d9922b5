import type pg from "pg";
import { SECOND } from "@/lib/domain/usage/duration";
import type { LoadedRule } from "./rules";

/** How often watermarks are saved; one that lags only makes a restart replay a little more. */
const SAVE_EVERY_MS = SECOND;
/** With many rules busy, their watermarks lag longer rather than cost more. */
const RULES_PER_SECOND = 200;

/** How far each rule was evaluated, saved now and then. Transitions save their rule's watermark themselves. */
export class Watermarks {
  readonly #unsaved = new Map<string, number>();
  #savedAt = 0;

  constructor(private readonly pool: pg.Pool) {}

  evaluated(loaded: LoadedRule, now: number): void {
    loaded.evaluatedTo = Math.max(loaded.evaluatedTo, now);
    this.#unsaved.set(loaded.id, loaded.evaluatedTo);
  }

  saved(loaded: LoadedRule, now: number): void {
    loaded.evaluatedTo = Math.max(loaded.evaluatedTo, now);
    this.#unsaved.delete(loaded.id);
  }

  /** Saves what is due; with `force` everything. */
  async save(now: number, force = false): Promise<void> {
    const wait = SAVE_EVERY_MS * Math.max(1, this.#unsaved.size / RULES_PER_SECOND);
    if (this.#unsaved.size === 0 || (!force && now - this.#savedAt < wait)) return;
    const entries = [...this.#unsaved];
    this.#unsaved.clear();
    this.#savedAt = now;
    await this.pool.query(
      `UPDATE rule SET evaluated_to = to_timestamp(t.at / 1000.0) FROM unnest($1::text[], $2::float8[]) AS t(id, at)
        WHERE rule.id = t.id AND evaluated_to < to_timestamp(t.at / 1000.0)
          AND rule.id IN (SELECT id FROM rule WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)`,
      [entries.map(([id]) => id), entries.map(([, at]) => at)],
    );
  }
}
