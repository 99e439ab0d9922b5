import type pg from "pg";
import { OTHER } from "@/lib/db/usage-columns";

export const KINDS = {
  consumer: 1,
  model: 2,
  operation: 3,
  method: 4,
  route: 5,
  region: 6,
  agent: 7,
  errorType: 8,
  reason: 9,
  tags: 11,
} as const;
type Kind = keyof typeof KINDS;

/** Distinct values a kind; what comes after stands under "other", so hostile labels cannot fill memory or the disk. */
const MAX_VALUES = 50_000;
/** Sets of tags are fewer and no longer than this, since rules look through all of them; others stand with their events. */
const MAX_TAG_SETS = 5_000;
const MAX_TAGS_LENGTH = 500;

interface Wanted {
  kind: Kind;
  value: string;
}

/** The labels of an event by kind. */
type Labels = Readonly<Record<Kind, string | null>>;

/** Each label by a function of its own: by a name that changes it takes three times as long, and it is for every event. */
const LABEL_OF: { readonly [kind in Kind]: (labels: Labels) => string | null } = {
  consumer: (labels) => labels.consumer,
  model: (labels) => labels.model,
  operation: (labels) => labels.operation,
  method: (labels) => labels.method,
  route: (labels) => labels.route,
  region: (labels) => labels.region,
  agent: (labels) => labels.agent,
  errorType: (labels) => labels.errorType,
  reason: (labels) => labels.reason,
  tags: (labels) => labels.tags,
};

/** Strings of events as small ids. One cache a process; the table is only ever added to. */
export class Dictionary {
  #ids = new Map<Kind, Map<string, number>>((Object.keys(KINDS) as Kind[]).map((kind) => [kind, new Map()]));
  #loaded = false;

  constructor(private readonly pool: pg.Pool) {}

  /** The id of a value that `learn` has seen; OTHER past the bound. */
  id(kind: Exclude<Kind, "tags">, value: string | null): number | null {
    if (value === null) return null;
    return this.#ids.get(kind)?.get(value) ?? OTHER;
  }

  /** What stands for an event's tags, given as JSON: the id of the set, else the JSON itself. */
  tags(json: string | null): string | null {
    if (json === null) return null;
    return this.#ids.get("tags")?.get(json)?.toString() ?? json;
  }

  /** Makes sure that every label of the events has an id; stores the new ones in one statement. */
  async learn(events: readonly Labels[]): Promise<void> {
    if (!this.#loaded) await this.#load();
    const unknown = new Map<string, Wanted>();
    // Kind by kind, so that a label that is known, as nearly all are, costs one look-up and makes nothing.
    for (const [kind, known] of this.#ids) {
      const [most, length] =
        kind === "tags" ? [MAX_TAG_SETS, MAX_TAGS_LENGTH] : [MAX_VALUES, Number.POSITIVE_INFINITY];
      if (known.size >= most) continue;
      const labelOf = LABEL_OF[kind];
      for (const event of events) {
        const value = labelOf(event);
        if (value !== null && !known.has(value) && value.length <= length)
          unknown.set(`${kind}\0${value}`, { kind, value });
      }
    }
    if (unknown.size === 0) return;
    const list = [...unknown.values()];
    const kinds = list.map((wanted) => KINDS[wanted.kind]);
    const texts = list.map((wanted) => wanted.value);
    await this.pool.query(
      `INSERT INTO dictionary (kind, value) SELECT * FROM unnest($1::int2[], $2::text[]) AS t(kind, value)
        ORDER BY kind, value ON CONFLICT DO NOTHING`,
      [kinds, texts],
    );
    const { rows } = await this.pool.query<{ id: number; kind: number; value: string }>(
      `SELECT d.id, d.kind, d.value FROM unnest($1::int2[], $2::text[]) AS t(kind, value)
         JOIN dictionary d ON d.kind = t.kind AND d.value = t.value`,
      [kinds, texts],
    );
    this.#remember(rows);
  }

  async #load(): Promise<void> {
    const { rows } = await this.pool.query<{ id: number; kind: number; value: string }>(
      "SELECT id, kind, value FROM dictionary WHERE kind = ANY($1)",
      [Object.values(KINDS)],
    );
    this.#remember(rows);
    this.#loaded = true;
  }

  #remember(rows: { id: number; kind: number; value: string }[]): void {
    const names = new Map<number, Kind>(
      (Object.entries(KINDS) as [Kind, number][]).map(([kind, code]) => [code, kind]),
    );
    for (const row of rows) {
      const kind = names.get(row.kind);
      if (kind !== undefined) this.#ids.get(kind)?.set(row.value, row.id);
    }
  }
}
