import type { CommitNotice, EntityChange, NumberedChange, Signal } from "./runtime";

/** What came after a cursor. */
interface ChangesSince {
  changes: NumberedChange[];
  /** Events came in too. */
  usage: boolean;
}

/** More than a page is behind by when its stream opens, but for a key list that is being imported. */
const KEPT = 1_000;

/**
 * The latest changes that this process heard of, numbered, so that whoever read a page hears afterwards what came later.
 * Nothing is missed: a change that a read did not see was committed after the read began, and is heard of after that.
 */
export class RecentChanges {
  readonly #serverId: string;
  readonly #kept = new Map<string, NumberedChange>();
  #number = 0;
  #lastUsage = 0;
  /** The number of the latest change that is no longer kept. */
  #forgotten = 0;

  constructor({
    serverId,
    changed,
    committed,
  }: {
    serverId: string;
    changed: Signal<EntityChange>;
    committed: Signal<CommitNotice>;
  }) {
    this.#serverId = serverId;
    changed.subscribe(({ entity, id }) => this.#keep(entity, id));
    committed.subscribe(() => {
      this.#lastUsage = ++this.#number;
    });
  }

  /** The number of the latest change. */
  get number(): number {
    return this.#number;
  }

  /** Stands for everything heard of until now. Numbers of one process mean nothing to another, so it names the process. */
  get cursor(): string {
    return `${this.#serverId}.${this.#number}`;
  }

  /** What came after the cursor; null when that is not known: it is too old, or of another process. */
  since(cursor: string): ChangesSince | null {
    const at = cursor.lastIndexOf(".");
    const number = Number(cursor.slice(at + 1));
    if (cursor.slice(0, at) !== this.#serverId || !(number >= this.#forgotten)) return null;
    return {
      changes: [...this.#kept.values()].filter((change) => change.number > number),
      usage: this.#lastUsage > number,
    };
  }

  #keep(entity: string, id: string): void {
    const name = `${entity} ${id}`;
    // Anew at the end: the first of the map is the oldest.
    this.#kept.delete(name);
    this.#kept.set(name, { number: ++this.#number, entity, id });
    if (this.#kept.size <= KEPT) return;
    for (const [oldest, { number }] of this.#kept) {
      this.#kept.delete(oldest);
      this.#forgotten = number;
      break;
    }
  }
}
