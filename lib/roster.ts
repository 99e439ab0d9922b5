/** A member's place in its roster. */
export interface Place<T> {
  readonly member: T;
  index: number;
}

/**
 * What comes and goes with each request. A Set is not meant for that: V8 links each table that a Set has outgrown to the
 * one after it, so that once such a table is old, whatever was a member later lives until the next full collection.
 */
export class Roster<T> {
  readonly #places: Place<T>[] = [];

  get size(): number {
    return this.#places.length;
  }

  add(member: T): Place<T> {
    const place = { member, index: this.#places.length };
    this.#places.push(place);
    return place;
  }

  /** Does nothing when it was removed before. */
  remove(place: Place<T>): void {
    if (this.#places[place.index] !== place) return;
    const last = this.#places.pop();
    if (last === undefined || last === place) return;
    this.#places[place.index] = last;
    last.index = place.index;
  }

  /** The members, in no order; as they are at the call. */
  members(): T[] {
    return this.#places.map(({ member }) => member);
  }
}
