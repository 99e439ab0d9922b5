import type { CommitNotice, Runtime } from "@/lib/runtime";

/** What was committed while something was being read, which may or may not be in what was read. */
export interface Reading {
  /** 10 s buckets, epoch ms. */
  touched: Set<number>;
  /** Something was, and where is not known. */
  lost: boolean;
}

/**
 * Tells those who keep what they read of the tiers when it is no longer true. What this server commits says what it adds;
 * what others do, and a key that is deleted with its use, lets go of everything.
 */
export class Touches {
  readonly #readings = new Set<Reading>();

  constructor(owner: Runtime, kept: { touch: (commit: CommitNotice) => void; forget: () => void }) {
    const forget = () => {
      kept.forget();
      for (const reading of this.#readings) reading.lost = true;
    };
    owner.committed.subscribe((commit) => {
      if (commit.deltas.length === 0) return forget();
      kept.touch(commit);
      for (const { touched } of this.#readings) for (const { bucket } of commit.deltas) touched.add(bucket);
    });
    owner.changed.subscribe(({ entity }) => {
      if (entity === "key") forget();
    });
  }

  /** Reads, and says what was committed meanwhile. */
  async during<T>(read: () => Promise<T>): Promise<{ data: T; meanwhile: Reading }> {
    const meanwhile: Reading = { touched: new Set(), lost: false };
    this.#readings.add(meanwhile);
    try {
      return { data: await read(), meanwhile };
    } finally {
      this.#readings.delete(meanwhile);
    }
  }
}
