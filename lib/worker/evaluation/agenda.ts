interface Entry<T> {
  at: number;
  item: T;
}

/** What falls due when: a binary heap by instant. An item moved to a later instant is found out when its old one comes. */
export class Agenda<T> {
  readonly #heap: Entry<T>[] = [];
  readonly #dueAt = new Map<T, number>();

  /** Replaces the item's instant; null takes it off. */
  set(item: T, at: number | null): void {
    const known = this.#dueAt.get(item);
    if (at === null) {
      this.#dueAt.delete(item);
      return;
    }
    this.#dueAt.set(item, at);
    // An earlier entry on the heap will look the item up again.
    if (known === undefined || at < known) this.#push({ at, item });
  }

  /** The next instant at which something may be due; null when nothing is. */
  next(): number | null {
    this.#settle();
    return this.#heap[0]?.at ?? null;
  }

  /** Takes off everything due at `now`. */
  take(now: number): T[] {
    const due: T[] = [];
    for (let at = this.next(); at !== null && at <= now; at = this.next()) {
      const entry = this.#pop();
      if (entry === undefined) break;
      this.#dueAt.delete(entry.item);
      due.push(entry.item);
    }
    return due;
  }

  /** Brings an entry to the top whose instant is still that of its item. */
  #settle(): void {
    for (let top = this.#heap[0]; top !== undefined; top = this.#heap[0]) {
      const dueAt = this.#dueAt.get(top.item);
      if (dueAt === top.at) return;
      this.#pop();
      if (dueAt !== undefined && dueAt > top.at) this.#push({ at: dueAt, item: top.item });
    }
  }

  #push(entry: Entry<T>): void {
    const heap = this.#heap;
    let child = heap.push(entry) - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if ((heap[parent] as Entry<T>).at <= entry.at) break;
      heap[child] = heap[parent] as Entry<T>;
      child = parent;
    }
    heap[child] = entry;
  }

  #pop(): Entry<T> | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top;
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && (heap[child + 1] as Entry<T>).at < (heap[child] as Entry<T>).at)
        child += 1;
      if ((heap[child] as Entry<T>).at >= last.at) break;
      heap[parent] = heap[child] as Entry<T>;
      parent = child;
    }
    heap[parent] = last;
    return top;
  }
}
