/** Past this share of all keys, reading all of them is cheaper than naming the wanted ones. */
const MOST = 0.5;

/** The keys that some rules want to read, gathered from lists that are often the same. */
export class KeySelection {
  readonly #lists = new Set<readonly number[]>();

  add(list: readonly number[]): void {
    this.#lists.add(list);
  }

  /** The ids, each once; undefined for all keys. */
  resolve(allKeys: number): number[] | undefined {
    const ids = new Set<number>();
    for (const list of this.#lists) {
      for (const id of list) ids.add(id);
      if (ids.size > 100 && ids.size > allKeys * MOST) return undefined;
    }
    return [...ids];
  }
}
