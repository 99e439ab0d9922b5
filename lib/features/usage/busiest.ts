import { HOUR } from "@/lib/domain/usage/duration";
import { floorBucket, type Range } from "@/lib/domain/usage/window";
import { type Runtime, runtime } from "@/lib/runtime";
import { readKeyRequests } from "./totals";
import { Touches } from "./touches";

/** Requests by key in whole hours that have ended. */
interface Past extends Range {
  requests: Map<number, number>;
  /** Its keys, the busiest first. */
  order: number[];
}

/** Ranges that are kept at once; a day of 10,000 keys is half a megabyte. */
const MOST_KEPT = 4;
/** So many of the busiest keys of the past are looked up in the rest, whatever they used there. */
const CANDIDATES = 500;

/**
 * Which keys had the most requests, by whole hours. The hours that have ended are added up once and kept until something
 * late comes into them; of the rest only the keys are read that could be among the busiest.
 */
class BusiestKeys {
  readonly #owner: Runtime;
  /** The latest used last. */
  readonly #kept: Past[] = [];
  readonly #touches: Touches;

  constructor(owner: Runtime) {
    this.#owner = owner;
    this.#touches = new Touches(owner, {
      touch: (bucket) => this.#drop(({ from, to }) => bucket >= from && bucket < to),
      forget: () => this.#drop(() => true),
    });
  }

  /** The ids of the `count` keys with the most requests in the hours from `from` to `to`, as `readBusiestKeys` gives them. */
  async of(
    { from, to }: Range,
    count: number,
    now: number,
    candidatesAtMost = CANDIDATES,
  ): Promise<number[]> {
    const past = await this.#past({ from, to: Math.max(from, Math.min(to, floorBucket(now, HOUR))) });
    if (past.to >= to) return past.order.slice(0, count);
    // Whoever is not looked up needs at least this many in the rest to come near the last of the busiest.
    const at = (place: number) => past.requests.get(past.order[place] ?? 0) ?? 0;
    const candidates = past.order.slice(0, Math.max(candidatesAtMost, count));
    const least = at(count - 1) - at(candidates.length);
    const rest = await readKeyRequests(
      this.#owner.db.pool,
      { from: past.to, to },
      { least, keyIds: candidates },
    );
    const known = new Set([...candidates, ...rest.keys()]);
    const sums = [...known].map((id) => ({ id, sum: (past.requests.get(id) ?? 0) + (rest.get(id) ?? 0) }));
    return sums
      .filter(({ sum }) => sum > 0)
      .sort((a, b) => b.sum - a.sum || a.id - b.id)
      .slice(0, count)
      .map(({ id }) => id);
  }

  async #past(range: Range): Promise<Past> {
    const place = this.#kept.findIndex(({ from, to }) => from === range.from && to === range.to);
    const [known] = place < 0 ? [] : this.#kept.splice(place, 1);
    if (known !== undefined) {
      this.#kept.push(known);
      return known;
    }
    const { data: requests, meanwhile } = await this.#touches.during(() =>
      range.from < range.to
        ? readKeyRequests(this.#owner.db.pool, range)
        : Promise.resolve(new Map<number, number>()),
    );
    const order = [...requests.keys()].sort(
      (a, b) => (requests.get(b) ?? 0) - (requests.get(a) ?? 0) || a - b,
    );
    const past = { ...range, requests, order };
    const isOld = meanwhile.lost || [...meanwhile.touched].some((at) => at >= range.from && at < range.to);
    if (!isOld) this.#kept.push(past);
    if (this.#kept.length > MOST_KEPT) this.#kept.shift();
    return past;
  }

  #drop(isOld: (past: Past) => boolean): void {
    if (!this.#kept.some(isOld)) return;
    const left = this.#kept.filter((past) => !isOld(past));
    this.#kept.splice(0, this.#kept.length, ...left);
  }
}

let current: { owner: Runtime; busiest: BusiestKeys } | undefined;

/** The busiest keys of this installation, as far as this process keeps them. */
export function busiestKeys(): BusiestKeys {
  const owner = runtime();
  if (current?.owner !== owner) current = { owner, busiest: new BusiestKeys(owner) };
  return current.busiest;
}
