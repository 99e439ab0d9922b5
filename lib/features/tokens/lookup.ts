import { decrypt } from "@/lib/crypto";
import type { Actor, Role } from "@/lib/domain/access/actor";
import { ROLES } from "@/lib/domain/access/actor";
import { log } from "@/lib/log";
import { type Runtime, runtime } from "@/lib/runtime";

/** What the hot path knows of the source behind an ingest token. */
export interface IngestSource {
  tokenId: string;
  id: number;
  name: string;
  format: string;
  keyFrom: string[];
  /** What its gateway signs deliveries with, in clear; null when the token alone counts. */
  signingSecret: string | null;
}

type Found = { tokenId: string; source: IngestSource | null; actor: Actor | null };

const KNOWN_MAX = 10_000;
const UNKNOWN_MAX = 10_000;
/** Bounds how long a revoked token lives when the announcement of its revocation was lost. */
const TTL_MS = 30_000;
const TOUCH_EVERY_MS = 60_000;

/** Tokens by hash, found or not. Forgotten whole whenever a token or a source changes. */
class TokenCache {
  #known = new Map<string, { found: Found; until: number }>();
  #unknown = new Map<string, number>();
  #pending = new Map<string, Promise<Found | null>>();
  #touched = new Map<string, number>();
  #generation = 0;

  constructor(readonly owner: Runtime) {
    owner.changed.subscribe(({ entity }) => {
      if (entity === "token" || entity === "source") this.clear();
    });
  }

  clear(): void {
    this.#generation++;
    this.#known.clear();
    this.#unknown.clear();
    this.#pending.clear();
  }

  /** Synchronous when cached, so that a known token costs the hot path nothing. */
  find(hash: Buffer, now: number): Found | null | Promise<Found | null> {
    const key = hash.toString("base64");
    const hit = this.#known.get(key);
    if (hit !== undefined && hit.until > now) {
      this.#touch(hit.found.tokenId, now);
      return hit.found;
    }
    if ((this.#unknown.get(key) ?? 0) > now) return null;
    const running = this.#pending.get(key);
    if (running !== undefined) return running;
    const load = this.#load(key, hash, now).finally(() => {
      if (this.#pending.get(key) === load) this.#pending.delete(key);
    });
    this.#pending.set(key, load);
    return load;
  }

  async #load(key: string, hash: Buffer, now: number): Promise<Found | null> {
    const generation = this.#generation;
    const found = await readToken(this.owner, hash);
    // A change while the query ran: its answer is good for this request only.
    if (generation === this.#generation) {
      if (found === null) remember(this.#unknown, key, now + TTL_MS, UNKNOWN_MAX);
      else remember(this.#known, key, { found, until: now + TTL_MS }, KNOWN_MAX);
    }
    if (found !== null) this.#touch(found.tokenId, now);
    return found;
  }

  /** Notes the use of a token, once a minute at most, without making the request wait. */
  #touch(tokenId: string, now: number): void {
    if ((this.#touched.get(tokenId) ?? 0) + TOUCH_EVERY_MS > now) return;
    remember(this.#touched, tokenId, now, KNOWN_MAX);
    this.owner.db.pool
      .query("UPDATE token SET last_used_at = to_timestamp($2::float8 / 1000) WHERE id = $1", [tokenId, now])
      .catch((err: unknown) => log.debug({ err, tokenId }, "The use of a token was not noted"));
  }
}

/** Sets the newest entry and drops the oldest beyond `max`. */
function remember<V>(map: Map<string, V>, key: string, value: V, max: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > max) {
    const oldest = map.keys().next();
    if (!oldest.done) map.delete(oldest.value);
  }
}

interface TokenRow {
  id: string;
  kind: string;
  name: string;
  role: string | null;
  source_id: number | null;
  source_name: string | null;
  format: string | null;
  key_from: string[] | null;
  signing_secret: string | null;
}

async function readToken(owner: Runtime, hash: Buffer): Promise<Found | null> {
  const { rows } = await owner.db.pool.query<TokenRow>(
    `SELECT t.id, t.kind, t.name, t.role, s.id AS source_id, s.name AS source_name, s.format, s.key_from, s.signing_secret
       FROM token t LEFT JOIN source s ON s.id = t.source_id
      WHERE t.hash = $1 AND t.revoked_at IS NULL`,
    [hash],
  );
  const row = rows[0];
  if (row === undefined) return null;
  const role = ROLES.find((name) => name === row.role);
  return {
    tokenId: row.id,
    source:
      row.kind === "ingest" && row.source_id !== null
        ? {
            tokenId: row.id,
            id: row.source_id,
            name: row.source_name ?? "",
            format: row.format ?? "native",
            keyFrom: row.key_from ?? [],
            signingSecret: row.signing_secret === null ? null : decrypt(owner.keyring, row.signing_secret),
          }
        : null,
    actor: row.kind === "management" && role !== undefined ? tokenActor(row.id, row.name, role) : null,
  };
}

const tokenActor = (id: string, name: string, role: Role): Actor => ({ kind: "token", id, name, role });

let cache: TokenCache | undefined;

function tokens(): TokenCache {
  const current = runtime();
  if (cache === undefined || cache.owner !== current) cache = new TokenCache(current);
  return cache;
}

/** The source an ingest token (its SHA-256) belongs to; null when unknown, revoked or of another kind. */
export async function sourceOfToken(hash: Buffer): Promise<IngestSource | null> {
  const found = await tokens().find(hash, Date.now());
  return found?.source ?? null;
}

/** Who a management token (its SHA-256) speaks for; null when unknown, revoked or of another kind. */
export async function actorOfToken(hash: Buffer): Promise<Actor | null> {
  const found = await tokens().find(hash, Date.now());
  return found?.actor ?? null;
}
