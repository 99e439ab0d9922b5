import { createHash } from "node:crypto";
import { isObject } from "./fields";

/**
 * Counts contents that are alike, so that each gets an id of its own. Memory is bounded by `turn`: what came before the
 * turn before is forgotten.
 */
export class Occurrences {
  #older = new Map<string, number>();
  #newer = new Map<string, number>();

  /** Whether no content is remembered. */
  get empty(): boolean {
    return this.#newer.size + this.#older.size === 0;
  }

  /** How often this content came before. */
  count(digest: string): number {
    const before = this.#newer.get(digest) ?? this.#older.get(digest) ?? 0;
    this.#newer.set(digest, before + 1);
    return before;
  }

  turn(): void {
    this.#older = this.#newer;
    this.#newer = new Map();
  }
}

/**
 * An id for a record that has none, from its content: a batch that is sent again repeats its bytes and counts once. Calls
 * that are alike within what `occurrences` counts stay apart by their ordinal.
 */
export function contentId(record: unknown, occurrences: Occurrences): string {
  const digest = createHash("sha256").update(canonical(record)).digest("base64url");
  const before = occurrences.count(digest);
  return before === 0 ? `sha256:${digest}` : `sha256:${digest}#${before}`;
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? "null";
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}
