import {
  type CommitNotice,
  type NumberedChange,
  type Runtime,
  runtime,
  type UsageDelta,
} from "@/lib/runtime";

/** One tick a process: what happened since the last goes out together. */
const TICK_MS = 250;
/** Tells a client that the stream is alive when nothing happens. */
const ALIVE_EVERY_MS = 5_000;
/** A client that reads slower than this many bytes behind is dropped; it reconnects and reloads. */
const MAX_BEHIND = 1_000_000;

export interface Subscriber {
  /** Only these keys; null for all. */
  keys: ReadonlySet<number> | null;
  /** The cursor of what it has read already; null tells it of what happens from now on. */
  since: string | null;
  /** Returns how many bytes wait to be read. */
  send(bytes: Uint8Array): number;
  drop(): void;
}

/** Live updates of one process: gathers commits and changes, and sends each client its part once a tick. */
class Hub {
  readonly #owner: Runtime;
  /** With the number of the latest change at its opening. */
  readonly #subscribers = new Map<Subscriber, number>();
  #deltas = new Map<string, UsageDelta>();
  #touched = new Set<number>();
  #everything = false;
  #changed = new Map<string, NumberedChange>();
  /** The number of the latest change at the last tick. */
  #tickedAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #lastSent = 0;

  constructor(owner: Runtime) {
    this.#owner = owner;
    owner.committed.subscribe((notice) => this.#commit(notice));
    owner.changed.subscribe(({ entity, id }) => {
      if (this.#subscribers.size === 0) return;
      this.#changed.set(`${entity} ${id}`, { number: owner.recent.number, entity, id });
    });
  }

  subscribe(subscriber: Subscriber): () => void {
    const { recent } = this.#owner;
    this.#subscribers.set(subscriber, recent.number);
    this.#timer ??= setInterval(() => this.#tick(Date.now()), TICK_MS);
    const now = Date.now();
    const missed = subscriber.since === null ? [] : this.#missedSince(subscriber.since, now);
    const alive = `retry: 2000\n${message("alive", { at: now })}`;
    subscriber.send(joined([alive, ...missed], recent.cursor));
    return () => {
      this.#subscribers.delete(subscriber);
      if (this.#subscribers.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }

  #missedSince(cursor: string, now: number): string[] {
    const found = this.#owner.recent.since(cursor);
    if (found === null) return [message("missed", { at: now })];
    const usage = found.usage ? [message("usage", { at: now, keys: "all", deltas: [] })] : [];
    return [...found.changes.map(changedMessage), ...usage];
  }

  #commit({ deltas, keyIds }: CommitNotice): void {
    if (this.#subscribers.size === 0) return;
    if (keyIds === "all") this.#everything = true;
    else for (const id of keyIds) this.#touched.add(id);
    for (const delta of deltas) {
      const name = `${delta.keyId} ${delta.bucket}`;
      const sum = this.#deltas.get(name);
      this.#deltas.set(name, sum === undefined ? delta : added(sum, delta));
    }
  }

  #tick(now: number): void {
    const usage = this.#touched.size > 0 || this.#everything;
    if (!usage && this.#changed.size === 0 && now - this.#lastSent < ALIVE_EVERY_MS) return;
    this.#lastSent = now;
    // Serialised once, however many clients get it.
    const parts = [...this.#deltas.values()].map((delta) => ({ keyId: delta.keyId, text: serialise(delta) }));
    const touched = [...this.#touched];
    const changes = [...this.#changed.values()];
    const changeTexts = changes.map(changedMessage);
    const { number, cursor } = this.#owner.recent;
    const everything = this.#everything;
    this.#deltas.clear();
    this.#touched.clear();
    this.#everything = false;
    this.#changed.clear();
    const tell = (keys: Subscriber["keys"], told: number): Uint8Array => {
      const mine = keys === null ? touched : touched.filter((id) => keys.has(id));
      // Whoever came since the last tick was told of some of them at the opening, or had read them.
      const texts =
        told > this.#tickedAt
          ? changeTexts.filter((_, i) => (changes[i]?.number ?? 0) > told)
          : [...changeTexts];
      if (mine.length > 0 || everything) {
        const deltas = parts.filter((part) => keys === null || keys.has(part.keyId)).map((part) => part.text);
        const ids = everything ? '"all"' : JSON.stringify(mine.map(String));
        texts.push(`event: usage\ndata: {"at":${now},"keys":${ids},"deltas":[${deltas.join(",")}]}`);
      }
      if (texts.length === 0) texts.push(message("alive", { at: now }));
      return joined(texts, cursor);
    };
    // Nearly all look at everything: they share what is sent, and the memory in which it waits.
    let whole: Uint8Array | undefined;
    for (const [subscriber, told] of this.#subscribers) {
      const { keys } = subscriber;
      const isWhole = keys === null && told <= this.#tickedAt;
      const bytes = (isWhole ? whole : undefined) ?? tell(keys, told);
      if (isWhole) whole = bytes;
      if (subscriber.send(bytes) > MAX_BEHIND) subscriber.drop();
    }
    this.#tickedAt = number;
  }
}

const message = (event: string, data: object): string => `event: ${event}\ndata: ${JSON.stringify(data)}`;

const changedMessage = ({ entity, id }: NumberedChange): string => message("changed", { entity, id });

const encoder = new TextEncoder();

/** The last carries the cursor: whoever opens a stream with it has read all of them. */
const joined = (messages: readonly string[], cursor: string): Uint8Array =>
  encoder.encode(`${messages.join("\n\n")}\nid: ${cursor}\n\n`);

function added(a: UsageDelta, b: UsageDelta): UsageDelta {
  return {
    ...a,
    requests: a.requests + b.requests,
    outcomes: a.outcomes.map((count, code) => count + (b.outcomes[code] ?? 0)),
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    costMicros: a.costMicros + b.costMicros,
  };
}

const serialise = (delta: UsageDelta): string =>
  JSON.stringify({
    key: String(delta.keyId),
    bucket: delta.bucket,
    requests: delta.requests,
    outcomes: delta.outcomes,
    input_tokens: delta.inputTokens,
    output_tokens: delta.outputTokens,
    cost_micros: delta.costMicros,
  });

let current: { owner: Runtime; hub: Hub } | undefined;

/** The hub of this process. */
export function hub(): Hub {
  const owner = runtime();
  if (current?.owner !== owner) current = { owner, hub: new Hub(owner) };
  return current.hub;
}
