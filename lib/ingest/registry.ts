import type pg from "pg";
import { newId } from "@/lib/crypto";
import type { CheckedEvent } from "./event";

interface KnownKey {
  name: string | null;
  pool: string | null;
}

/** Keys are registered on first sight. Remembers what it stored, so that a known key costs nothing. */
export class KeyRegistry {
  #known = new Map<number, KnownKey>();

  /** The first event of each key that is new, renamed or in another pool; empty for ordinary traffic. */
  unknown(events: readonly CheckedEvent[]): CheckedEvent[] {
    const found = new Map<number, CheckedEvent>();
    for (const event of events) {
      const known = this.#known.get(event.keyId);
      if (
        known === undefined ||
        (event.keyName !== null && event.keyName !== known.name) ||
        (event.pool !== null && event.pool !== known.pool)
      ) {
        // Within a flush the last name stands, as it would event by event.
        const earlier = found.get(event.keyId);
        found.set(
          event.keyId,
          earlier === undefined
            ? event
            : { ...event, keyName: event.keyName ?? earlier.keyName, pool: event.pool ?? earlier.pool },
        );
      }
    }
    return [...found.values()];
  }

  /** Stores new keys and what changed of known ones; an operator's name and pool stand. */
  async store(client: pg.ClientBase, events: readonly CheckedEvent[]): Promise<void> {
    const pools = new Map<string, { provider: string; name: string }>();
    for (const event of events) {
      if (event.pool !== null)
        pools.set(`${event.provider}\0${event.pool}`, { provider: event.provider, name: event.pool });
    }
    if (pools.size > 0) {
      const list = [...pools.values()];
      await client.query(
        `INSERT INTO pool (id, provider, name) SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) ORDER BY 2, 3 ON CONFLICT DO NOTHING`,
        [list.map(() => newId("pool")), list.map((pool) => pool.provider), list.map((pool) => pool.name)],
      );
    }
    await client.query(
      `INSERT INTO api_key AS old (id, provider, fingerprint, hint, name, pool_id)
       SELECT k.id, k.provider, k.fingerprint, k.hint, k.name, p.id
         FROM unnest($1::int8[], $2::text[], $3::bytea[], $4::text[], $5::text[], $6::text[]) AS k(id, provider, fingerprint, hint, name, pool)
         LEFT JOIN pool p ON p.provider = k.provider AND p.name = k.pool
        ORDER BY k.id
       ON CONFLICT (id) DO UPDATE SET
         name = CASE WHEN old.name_by_hand THEN old.name ELSE coalesce(EXCLUDED.name, old.name) END,
         pool_id = CASE WHEN old.pool_by_hand THEN old.pool_id ELSE coalesce(EXCLUDED.pool_id, old.pool_id) END,
         updated_at = now()`,
      [
        events.map((event) => event.keyId),
        events.map((event) => event.provider),
        events.map((event) => event.fingerprint),
        events.map((event) => event.hint),
        events.map((event) => event.keyName),
        events.map((event) => event.pool),
      ],
    );
  }

  /** To be called after the commit only. */
  remember(events: readonly CheckedEvent[]): void {
    // Past this many keys the map starts anew; a re-registration is harmless.
    if (this.#known.size > 500_000) this.#known.clear();
    for (const event of events) {
      const known = this.#known.get(event.keyId);
      this.#known.set(event.keyId, {
        name: event.keyName ?? known?.name ?? null,
        pool: event.pool ?? known?.pool ?? null,
      });
    }
  }

  /** A key was changed or deleted elsewhere: its next event registers it anew. */
  forget(keyId: number): void {
    this.#known.delete(keyId);
  }
}
