import pg from "pg";
import { log } from "@/lib/log";
import type { Runtime } from "@/lib/runtime";
import { messageOf } from "./start-error";

const RETRY_MS = 1_000;
/** A connection can be dead and still look open: no notice ever comes, nor an end. So it is asked now and then. */
export interface ListenTimes {
  probeEveryMs: number;
  probeTimeoutMs: number;
}

const TIMES: ListenTimes = { probeEveryMs: 15_000, probeTimeoutMs: 5_000 };
/** Entities whose caches are dropped, and whose pages are read again, when changes may have been missed. */
const ENTITIES = [
  "token",
  "source",
  "key",
  "limit",
  "rule",
  "channel",
  "silence",
  "user",
  "session",
  "incident",
  "instance",
  "delivery",
  "dashboard",
  "share",
  "setting",
];

export interface Listener {
  close(): Promise<void>;
}

/**
 * Passes the NOTIFYs of commits, changes and queued deliveries on to this process's signals: commits of other servers,
 * the others of all, this one included. After a lost connection everything counts as touched, since notices may have been missed.
 */
export async function listen(
  runtime: Runtime,
  databaseUrl: string,
  { probeEveryMs, probeTimeoutMs }: ListenTimes = TIMES,
): Promise<Listener> {
  let client: pg.Client | undefined;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;
  let probing: NodeJS.Timeout | undefined;

  async function connect(): Promise<void> {
    const next = new pg.Client({
      connectionString: databaseUrl,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      query_timeout: probeTimeoutMs,
      application_name: "keygauge-listen",
    });
    next.on("notification", ({ channel, payload }) => receive(channel, payload ?? ""));
    // "end" follows, and reconnects.
    next.on("error", () => {});
    await next.connect();
    next.once("end", () => {
      if (client === next) lost();
    });
    await next.query("LISTEN keygauge_usage; LISTEN keygauge_changed; LISTEN keygauge_delivery");
    client = next;
    probe(next);
  }

  function probe(current: pg.Client): void {
    probing = setTimeout(async () => {
      try {
        await current.query("SELECT 1");
        if (client === current && !closed) probe(current);
      } catch (error) {
        if (client !== current || closed) return;
        log.warn({ reason: messageOf(error) }, "The connection for the database's notices is dead");
        lost();
        current.end().catch(() => {});
      }
    }, probeEveryMs);
  }

  function lost(): void {
    client = undefined;
    clearTimeout(probing);
    if (closed) return;
    retry = setTimeout(async () => {
      try {
        await connect();
        runtime.committed.emit({ deltas: [], keyIds: "all" });
        runtime.queued.emit();
        for (const entity of ENTITIES) runtime.changed.emit({ entity, id: "all" });
      } catch (error) {
        log.debug({ reason: messageOf(error) }, "The database's notices cannot be listened to yet");
        lost();
      }
    }, RETRY_MS);
  }

  function receive(channel: string, payload: string): void {
    if (channel === "keygauge_delivery") {
      runtime.queued.emit();
      return;
    }
    const notice: unknown = JSON.parse(payload);
    if (typeof notice !== "object" || notice === null) return;
    if (channel === "keygauge_changed" && "entity" in notice && "id" in notice) {
      const own = "server" in notice && notice.server === runtime.serverId;
      runtime.changed.emit({ entity: String(notice.entity), id: String(notice.id), own });
    }
    if (channel === "keygauge_usage" && "server" in notice && "keys" in notice) {
      // This process's own commits were announced without a detour, with their deltas.
      if (notice.server === runtime.serverId) return;
      const keyIds = Array.isArray(notice.keys) ? notice.keys.map(Number) : "all";
      runtime.committed.emit({ deltas: [], keyIds });
    }
  }

  await connect();
  return {
    async close() {
      closed = true;
      clearTimeout(retry);
      clearTimeout(probing);
      await client?.end();
    },
  };
}
