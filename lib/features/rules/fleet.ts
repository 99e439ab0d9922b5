import type pg from "pg";
import type { Rule, Scope } from "@/lib/domain/alerting/rule";
import { instanceKey, matchesScope, type Named, type Touched } from "@/lib/domain/alerting/scope";

export interface FleetKey {
  id: number;
  provider: string;
  pool: Named | null;
  retired: boolean;
}

interface KeyRow {
  id: number;
  provider: string;
  pool_id: string | null;
  pool: string | null;
  retired: boolean;
}

const KEYS_SQL = `SELECT k.id, k.provider, k.pool_id, p.name AS pool, k.retired_at IS NOT NULL AS retired
                    FROM api_key k LEFT JOIN pool p ON p.id = k.pool_id`;

/** Ids this far below the latest may belong to transactions that committed after it. */
const CONCURRENT_IDS = 1_000;

/** What rules can be about: keys with their pools, sources and consumers, in memory. */
export class Fleet {
  readonly keys = new Map<number, FleetKey>();
  #sources: Named[] = [];
  /** By what tells scopes' members apart, so that rules alike share one list. */
  readonly #members = new Map<string, ReadonlyMap<string, readonly number[]>>();
  readonly #consumerNames = new Map<number, string>();
  readonly #consumerIds = new Map<string, number>();
  #latestConsumer = 0;

  constructor(private readonly client: pg.Pool) {}

  static async load(client: pg.Pool): Promise<Fleet> {
    const fleet = new Fleet(client);
    await Promise.all([fleet.loadKeys(), fleet.loadSources(), fleet.loadConsumers()]);
    return fleet;
  }

  /** Reads the given keys anew, or all; ids that no longer exist are forgotten. Says whether anything differs. */
  async loadKeys(ids?: readonly number[]): Promise<boolean> {
    const { rows } =
      ids === undefined
        ? await this.client.query<KeyRow>(KEYS_SQL)
        : await this.client.query<KeyRow>(`${KEYS_SQL} WHERE k.id = ANY($1::int8[])`, [ids]);
    const found = new Set(rows.map(({ id }) => id));
    let differs = false;
    for (const id of ids ?? [...this.keys.keys()]) {
      if (!found.has(id)) differs = this.keys.delete(id) || differs;
    }
    for (const { id, provider, pool_id, pool, retired } of rows) {
      const known = this.keys.get(id);
      const same =
        known?.provider === provider &&
        known.retired === retired &&
        (known.pool?.id ?? null) === pool_id &&
        (known.pool?.name ?? null) === pool;
      if (same) continue;
      differs = true;
      this.keys.set(id, {
        id,
        provider,
        pool: pool_id === null ? null : { id: pool_id, name: pool ?? "" },
        retired,
      });
    }
    if (differs) this.#members.clear();
    return differs;
  }

  async loadSources(): Promise<void> {
    const { rows } = await this.client.query<Named>("SELECT id::text, name FROM source");
    this.#sources = rows;
  }

  /** Reads those that are new since the last call. */
  async loadConsumers(): Promise<void> {
    const { rows } = await this.client.query<{ id: number; value: string }>(
      "SELECT id, value FROM dictionary WHERE kind = 1 AND id > $1",
      [this.#latestConsumer - CONCURRENT_IDS],
    );
    for (const { id, value } of rows) {
      this.#consumerNames.set(id, value);
      this.#consumerIds.set(value, id);
      this.#latestConsumer = Math.max(this.#latestConsumer, id);
    }
  }

  /** Null for none, and for those past the bound on distinct values. */
  consumer(id: number): string | null {
    return this.#consumerNames.get(id) ?? null;
  }

  /** Undefined until the first event of that consumer. */
  consumerId(name: string): number | undefined {
    return this.#consumerIds.get(name);
  }

  /** The ids of the sources that a scope names by id or name; undefined when it names none. */
  sourceIds({ source }: Scope): Set<number> | undefined {
    if (source === undefined) return undefined;
    const named = this.#sources.filter(({ id, name }) => id === source || name === source);
    return new Set(named.map(({ id }) => Number(id)));
  }

  /** The keys of each instance of a scope; for consumers all keys of the scope, under "consumer". */
  members(scope: Scope): ReadonlyMap<string, readonly number[]> {
    const { each, key, provider, pool } = scope;
    const name = JSON.stringify([each, key, provider, pool]);
    let found = this.#members.get(name);
    if (found === undefined) {
      found = this.#findMembers(scope);
      this.#members.set(name, found);
    }
    return found;
  }

  #findMembers(scope: Scope): ReadonlyMap<string, readonly number[]> {
    const members = new Map<string, number[]>();
    const one = scope.key === undefined ? undefined : this.keys.get(Number(scope.key));
    const candidates = scope.key === undefined ? this.keys.values() : one === undefined ? [] : [one];
    for (const key of candidates) {
      const instance =
        scope.each !== "consumer" ? instanceOfKey({ scope }, key) : covers(scope, key) ? "consumer" : null;
      if (instance === null) continue;
      const list = members.get(instance);
      if (list === undefined) members.set(instance, [key.id]);
      else list.push(key.id);
    }
    return members;
  }
}

/** Whether events of a key can count for a scope; sources and consumers are known per event only. */
export function covers(scope: Scope, key: FleetKey): boolean {
  return !key.retired && matchesScope(keyPart(scope), touchedOf(key));
}

/** The instance that a key belongs to; null outside the scope and for rules on consumers. */
export function instanceOfKey(rule: Pick<Rule, "scope">, key: FleetKey): string | null {
  if (key.retired) return null;
  if (rule.scope.each === "key") return covers(rule.scope, key) ? `key:${key.id}` : null;
  return instanceKey({ scope: keyPart(rule.scope) }, touchedOf(key));
}

function keyPart({ source: _source, consumer: _consumer, ...scope }: Scope): Scope {
  return scope;
}

function touchedOf({ id, provider, pool }: FleetKey): Touched {
  return { keyId: id, provider, pool, source: null, consumer: null };
}
