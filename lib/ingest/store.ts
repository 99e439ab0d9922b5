import type pg from "pg";
import { transaction } from "@/lib/db/db";
import { outcomesOf } from "@/lib/db/usage-columns";
import { DAY } from "@/lib/domain/usage/duration";
import { floorBucket, TIER_KEPT_MS } from "@/lib/domain/usage/window";
import type { UsageDelta } from "@/lib/runtime";
import { advertisedLimits, storeAdvertisedLimits } from "./advertised";
import { columnsOf } from "./columns";
import { Dictionary, type Kind } from "./dictionary";
import type { CheckedEvent } from "./event";
import { KeyRegistry } from "./registry";
import { STORE_SQL, type StoreRow } from "./statement";

/** NOTIFY takes at most 8000 bytes; past this many keys "everything" is said instead. */
const MAX_NOTIFIED_KEYS = 400;

export interface Batch {
  events: readonly CheckedEvent[];
  /** The source of the i-th event. */
  sourceOf: (i: number) => number;
}

export interface Stored {
  /** Indexes into the batch of events that were there before. */
  duplicates: Set<number>;
  deltas: UsageDelta[];
}

/** Writes batches of events; each call is one transaction. */
export class EventStore {
  readonly keys = new KeyRegistry();
  readonly #dictionary: Dictionary;

  constructor(
    private readonly pool: pg.Pool,
    private readonly serverId: string,
  ) {
    this.#dictionary = new Dictionary(pool);
  }

  /**
   * Stores the batch with everything that follows from it (keys, tiers, key status, advertised limits) or nothing.
   * No two events of a batch may share key, instant and event id, nor two receipts source and event id.
   */
  async store(batch: Batch, now: number): Promise<Stored> {
    const { events } = batch;
    await this.#dictionary.learn(labelsOf(events));
    const unknown = this.keys.unknown(events);
    const limits = advertisedLimits(events);
    const parameters = [
      ...columnsOf(events, this.#dictionary, batch.sourceOf),
      events.length,
      floorBucket(now - TIER_KEPT_MS["10s"], DAY),
      floorBucket(now - TIER_KEPT_MS.minute, DAY),
    ];
    const rows = await transaction(this.pool, async (client) => {
      if (unknown.length > 0) await this.keys.store(client, unknown);
      const result = await client.query<StoreRow>({
        name: "store_events",
        text: STORE_SQL,
        values: parameters,
      });
      if (limits.length > 0) await storeAdvertisedLimits(client, limits);
      await client.query("SELECT pg_notify('keygauge_usage', $1)", [this.#notice(events)]);
      return result.rows;
    });
    this.keys.remember(unknown);
    return {
      duplicates: new Set((rows[0]?.missing ?? []).map((ordinal) => ordinal - 1)),
      deltas: rows.filter((row): row is StoreRow & { key_id: number } => row.key_id !== null).map(deltaOf),
    };
  }

  #notice(events: readonly CheckedEvent[]): string {
    const keys = new Set<number>();
    for (const event of events) {
      keys.add(event.keyId);
      if (keys.size > MAX_NOTIFIED_KEYS) return JSON.stringify({ server: this.serverId, keys: "all" });
    }
    return JSON.stringify({ server: this.serverId, keys: [...keys] });
  }
}

function deltaOf(row: StoreRow & { key_id: number }): UsageDelta {
  return {
    keyId: row.key_id,
    bucket: row.bucket,
    requests: row.requests,
    outcomes: outcomesOf(row),
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    costMicros: row.cost_micros,
  };
}

function* labelsOf(events: readonly CheckedEvent[]): Generator<{ kind: Kind; value: string }> {
  const kinds = [
    "consumer",
    "model",
    "operation",
    "method",
    "route",
    "region",
    "agent",
    "errorType",
    "reason",
  ] as const;
  for (const event of events) {
    for (const kind of kinds) {
      const value = event[kind];
      if (value !== null) yield { kind, value };
    }
  }
}
