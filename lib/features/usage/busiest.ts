import { HOUR } from "@/lib/domain/usage/duration";
import { ceilBucket, floorBucket, type Range } from "@/lib/domain/usage/window";
import { type CommitNotice, type Runtime, runtime } from "@/lib/runtime";
import { readKeyRequests } from "./totals";
import { Touches } from "./touches";

/** Requests of keys in some hours, with what is committed added to them. */
interface Count extends Range {
  /** What each key has at least. */
  least: Map<number, number>;
  /** What it may have beyond: of commits under way while it was read, which may have been seen or not. */
  unsure: Map<number, number>;
  /** When it had been read; what begins later cannot have been seen. As `performance.now()`. */
  readAt: number;
  ready: Promise<void>;
}

/** Ranges that are kept at once; a day of 10,000 keys is half a megabyte. */
const MOST_KEPT = 4;
/** Where more keys than this in addition to those asked for could be among the busiest, they are counted anew. */
const MOST_UNSURE = 100;

/** Which keys had the most requests, by whole hours: counted once, and kept true by what is committed. */
class BusiestKeys {
  readonly #owner: Runtime;
  /** The latest used last. */
  #kept: Count[] = [];

  constructor(owner: Runtime) {
    this.#owner = owner;
    new Touches(owner, {
      touch: (commit) => {
        for (const count of this.#kept) add(count, commit);
      },
      forget: () => {
        this.#kept = [];
      },
    });
  }

  /**
   * The ids of the `most` keys with the most requests in the hours of a range, of equally busy ones those with the lower
   * ids. Others stand with them that are as busy, or not, for all that is known.
   */
  async of({ from, to }: Range, most: number): Promise<number[]> {
    const count = this.#count({ from: floorBucket(from, HOUR), to: ceilBucket(to, HOUR) });
    await count.ready;
    const found = busiest(count, most);
    if (found.length > most + MOST_UNSURE) this.#kept = this.#kept.filter((kept) => kept !== count);
    return found;
  }

  #count(range: Range): Count {
    const known = this.#kept.find(({ from, to }) => from === range.from && to === range.to);
    const count = known ?? this.#read(range);
    this.#kept = [...this.#kept.filter((kept) => kept !== count), count].slice(-MOST_KEPT);
    return count;
  }

  #read(range: Range): Count {
    const read = async () => {
      for (const [id, requests] of await readKeyRequests(this.#owner.db.pool, range))
        raise(count.least, id, requests);
      count.readAt = performance.now();
    };
    const count: Count = {
      ...range,
      least: new Map(),
      unsure: new Map(),
      readAt: Number.POSITIVE_INFINITY,
      ready: Promise.resolve(),
    };
    count.ready = read().catch((error: unknown) => {
      this.#kept = this.#kept.filter((kept) => kept !== count);
      throw error;
    });
    return count;
  }
}

function add(count: Count, { deltas, begunAt = Number.NEGATIVE_INFINITY }: CommitNotice): void {
  const isSure = begunAt >= count.readAt;
  for (const { keyId, bucket, requests } of deltas) {
    if (bucket < count.from || bucket >= count.to) continue;
    raise(count.least, keyId, isSure ? requests : 0);
    if (!isSure) raise(count.unsure, keyId, requests);
  }
}

const raise = (counts: Map<number, number>, id: number, by: number) =>
  counts.set(id, (counts.get(id) ?? 0) + by);

/** A key by what it has, or may have. */
interface Place {
  id: number;
  requests: number;
}

const byPlace = (a: Place, b: Place) => b.requests - a.requests || a.id - b.id;

/** Every key that may be among the `most` busiest. */
export function busiest({ least, unsure }: Pick<Count, "least" | "unsure">, most: number): number[] {
  // The last of the busiest has at least what the last of these has.
  const sure: Place[] = [];
  for (const [id, requests] of least) {
    const place = { id, requests };
    const last = sure.at(-1);
    if (last !== undefined && sure.length === most && byPlace(last, place) < 0) continue;
    sure.splice(sure.findLastIndex((other) => byPlace(other, place) < 0) + 1, 0, place);
    if (sure.length > most) sure.pop();
  }
  const last = sure.length < most ? undefined : sure.at(-1);
  const found: number[] = [];
  for (const [id, requests] of least) {
    const place = { id, requests: requests + (unsure.get(id) ?? 0) };
    if (last === undefined || byPlace(place, last) <= 0) found.push(id);
  }
  return found;
}

let current: { owner: Runtime; busiest: BusiestKeys } | undefined;

/** The busiest keys of this installation, as far as this process keeps them. */
export function busiestKeys(): BusiestKeys {
  const owner = runtime();
  if (current?.owner !== owner) current = { owner, busiest: new BusiestKeys(owner) };
  return current.busiest;
}
