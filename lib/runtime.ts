import type { Readable } from "node:stream";
import type { Keyring } from "./crypto";
import type { Db } from "./db/db";
import { type Env, RETENTION_DAYS, type TwilioSettings } from "./env";
import { RecentChanges } from "./recent-changes";

/** A usage delta of one key in one 10 s bucket, as the ingest statement returned it after the commit. */
export interface UsageDelta {
  keyId: number;
  /** Epoch ms of the 10 s bucket. */
  bucket: number;
  requests: number;
  /** By outcome code. */
  outcomes: number[];
  inputTokens: number;
  outputTokens: number;
  costMicros: number;
}

export interface EntityChange {
  entity: string;
  /** "all" for any number of them. */
  id: string;
  /** This process's own evaluator made it, and knows. */
  own?: boolean;
}

/** A change with its number in this process: later ones have greater numbers. */
export interface NumberedChange {
  number: number;
  entity: string;
  id: string;
}

export interface CommitNotice {
  deltas: UsageDelta[];
  /** Touched keys; "all" when another server touched more than a notice can name. */
  keyIds: number[] | "all";
  /** Of this server's own: when storing them began, as `performance.now()`. What was read before has none of them. */
  begunAt?: number;
}

/** A request for ingest, whoever's server received it. */
export interface RawRequest {
  method: string;
  path: string;
  /** What follows the path: `?…`, or nothing. */
  search: string;
  /** A header by its lower-case name. */
  header(name: string): string | undefined;
  body: Readable;
}

export interface RawAnswer {
  status: number;
  headers: Record<string, string>;
  body: string | Uint8Array<ArrayBuffer>;
}

type Listener<T> = (value: T) => void;

/** A typed in-process event; a listener that throws is reported and does not stop the others. */
export class Signal<T> {
  #listeners = new Set<Listener<T>>();

  subscribe(listener: Listener<T>): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(value: T): void {
    for (const listener of this.#listeners) {
      try {
        listener(value);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  get size(): number {
    return this.#listeners.size;
  }
}

/**
 * What one process shares. Next bundles its own copies of modules, so a module variable would exist twice: this lives
 * on globalThis and is put there once by `server.ts` (or by a test, or the CLI).
 */
export interface Runtime {
  env: Env;
  /** Replaced as a whole when somebody changes them in the console. */
  settings: Settings;
  db: Db;
  keyring: Keyring;
  /** Tells this process's NOTIFYs from those of other servers. */
  serverId: string;
  /** After every flush, from this server or another. */
  committed: Signal<CommitNotice>;
  /** Entities changed (rule, limit, key, incident, channel …) so caches and pages follow. */
  changed: Signal<EntityChange>;
  /** What `changed` and `committed` told lately, for pages that were read before they could listen. */
  recent: RecentChanges;
  /** Ingest's own answer to a request, for whoever receives one outside the fast lane; undefined until it is open. */
  ingest?: (request: RawRequest) => Promise<RawAnswer> | null;
  /** A delivery was queued, by this server or another: the dispatcher looks at once. */
  queued: Signal<void>;
}

/** A process's signals, with nobody listening yet. */
export function openSignals(
  serverId: string,
): Pick<Runtime, "serverId" | "committed" | "changed" | "recent" | "queued"> {
  const signals = { serverId, committed: new Signal<CommitNotice>(), changed: new Signal<EntityChange>() };
  return { ...signals, recent: new RecentChanges(signals), queued: new Signal<void>() };
}

/** What is in force of that which the environment says, or else the console. */
export interface Settings {
  smtpUrl: string | undefined;
  mailFrom: string | undefined;
  twilio: TwilioSettings | undefined;
  retentionEventsDays: number;
}

/** The environment's settings, as long as nobody has said more in the console. */
export const settingsOf = (env: Env): Settings => ({
  smtpUrl: env.smtpUrl,
  mailFrom: env.mailFrom,
  twilio: env.twilio,
  retentionEventsDays: env.retentionEventsDays ?? RETENTION_DAYS,
});

const KEY = Symbol.for("keygauge");
type Global = typeof globalThis & { [KEY]?: Runtime };

export function setRuntime(runtime: Runtime): void {
  (globalThis as Global)[KEY] = runtime;
}

/** The process's runtime. Throws when none was set, which is a programming error. */
export function runtime(): Runtime {
  const found = (globalThis as Global)[KEY];
  if (found === undefined) throw new Error("The runtime is not set up: start through server.ts.");
  return found;
}
