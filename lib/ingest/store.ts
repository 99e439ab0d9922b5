import type pg from "pg";
import { transaction } from "@/lib/db/db";
import { NONE } from "@/lib/db/usage-columns";
import { DAY } from "@/lib/domain/usage/duration";
import { momentOf } from "@/lib/domain/usage/moment";
import { floorBucket, TIER_KEPT_MS } from "@/lib/domain/usage/window";
import type { UsageDelta } from "@/lib/runtime";
import { advertisedLimits, limitColumns } from "./advertised";
import { type Cell, cellColumns, cellsOf } from "./cells";
import { columnsOf } from "./columns";
import { Dictionary } from "./dictionary";
import { lookUpEvents } from "./duplicates";
import type { CheckedEvent } from "./event";
import { markColumns, marksOf } from "./marks";
import { pace } from "./pace";
import { KeyRegistry } from "./registry";
import { STORE_SQL } from "./statement";

/** NOTIFY takes at most 8000 bytes; past this many keys "everything" is said instead. */
const MAX_NOTIFIED_KEYS = 400;
/** After a repeated event this many batches are looked up before they are written: senders repeat themselves in runs. */
const CAREFUL_BATCHES = 50;
/** Two servers that store the same events at once make each other fail; a batch that fails more often has another fault. */
const MAX_TRIES = 5;

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
  /** Batches still to be looked up first. */
  #careful = 0;

  constructor(
    private readonly pool: pg.Pool,
    private readonly serverId: string,
  ) {
    this.#dictionary = new Dictionary(pool);
  }

  /**
   * Stores the batch with everything that follows from it (keys, tiers, key status, advertised limits) or nothing.
   * No two events of a batch may share key, instant and event id, nor two receipts source and event id.
   *
   * Repeated events are rare, so a batch is first written as if it had none; the primary key tells when that was wrong.
   */
  async store(batch: Batch, now: number): Promise<Stored> {
    await this.#dictionary.learn(batch.events);
    const receipts = batch.events.some((event) => event.receipt);
    for (let tries = 1; ; tries++) {
      const lookUp = receipts || this.#careful > 0;
      try {
        const stored = await this.#write(batch, now, lookUp);
        // Without a repeated event it was two that wanted the same moment, which says nothing of those to come.
        const left = tries === 1 ? Math.max(0, this.#careful - 1) : 0;
        this.#careful = stored.duplicates.size > 0 ? CAREFUL_BATCHES : left;
        return stored;
      } catch (error) {
        if (!isTaken(error) || tries === MAX_TRIES) throw error;
        this.#careful = CAREFUL_BATCHES;
      }
    }
  }

  async #write(batch: Batch, now: number, lookUp: boolean): Promise<Stored> {
    const unknown = this.keys.unknown(batch.events);
    if (!lookUp && unknown.length === 0) {
      return { duplicates: new Set(), deltas: await this.#insert(this.pool, batch, now) };
    }
    const stored = await transaction(this.pool, async (client) => {
      if (unknown.length > 0) await this.keys.store(client, unknown);
      if (!lookUp) return { duplicates: new Set<number>(), deltas: await this.#insert(client, batch, now) };
      const { duplicates, moments } = await lookUpEvents(client, batch.events, batch.sourceOf);
      const { rest, indexes } = without(batch, duplicates);
      const deltas = await this.#insert(client, rest, now, (i) => moments.get(indexes[i] ?? i));
      return { duplicates, deltas };
    });
    this.keys.remember(unknown);
    return stored;
  }

  /**
   * One statement, and the transaction too when `client` is the pool. Throws a unique violation for events that are there,
   * and for moments that are taken; `placeOf` gives those that differ from the events' own.
   */
  async #insert(
    client: pg.Pool | pg.ClientBase,
    batch: Batch,
    now: number,
    placeOf: (i: number) => bigint | undefined = () => undefined,
  ): Promise<UsageDelta[]> {
    const { events, sourceOf } = batch;
    if (events.length === 0) return [];
    const consumerOf = (event: CheckedEvent) => this.#dictionary.id("consumer", event.consumer) ?? NONE;
    // All of it at once would keep requests waiting that only read.
    const turn = pace();
    const { finest, rows } = cellsOf(events, consumerOf, sourceOf, {
      oldest10s: floorBucket(now - TIER_KEPT_MS["10s"], DAY),
      oldestMinute: floorBucket(now - TIER_KEPT_MS.minute, DAY),
    });
    const values: unknown[] = [];
    const momentAt = (i: number) => {
      const { at, eventId } = events[i] as CheckedEvent;
      return placeOf(i) ?? momentOf(at, eventId);
    };
    const from = { dictionary: this.#dictionary, sourceOf, momentOf: momentAt };
    for (const columns of [
      () => columnsOf(events, from),
      () => cellColumns(rows),
      () => markColumns(marksOf(events)),
      () => limitColumns(advertisedLimits(events)),
    ]) {
      for (const column of columns()) {
        values.push(column);
        const wait = turn();
        if (wait !== undefined) await wait;
      }
    }
    values.push(this.#notice(events));
    await client.query({ name: "store_events", text: STORE_SQL, values });
    return finest.map(deltaOf);
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

/** The batch without some events, and the indexes that the others had in it. */
function without(
  { events, sourceOf }: Batch,
  left: ReadonlySet<number>,
): { rest: Batch; indexes: readonly number[] } {
  const indexes = [...events.keys()].filter((i) => !left.has(i));
  const rest = {
    events: indexes.map((i) => events[i] as CheckedEvent),
    sourceOf: (i: number) => sourceOf(indexes[i] as number),
  };
  return { rest, indexes };
}

/** An event that is there already, or its moment taken: a unique violation in a partition of usage_event. */
function isTaken(error: unknown): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    error.code === "23505" &&
    "table" in error &&
    String(error.table).startsWith("usage_event_")
  );
}

function deltaOf(cell: Cell): UsageDelta {
  const [inputTokens = 0, outputTokens = 0, costMicros = 0] = cell.amounts;
  const failed = cell.failures.reduce((sum, count) => sum + count, 0);
  return {
    keyId: cell.keyId,
    bucket: cell.bucket,
    requests: cell.requests,
    outcomes: [cell.requests - failed, ...cell.failures],
    inputTokens,
    outputTokens,
    costMicros,
  };
}
