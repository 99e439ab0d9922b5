import type pg from "pg";
import { maintainPartitions } from "@/lib/db/partitions";
import { DAY, HOUR, MINUTE } from "@/lib/domain/usage/duration";
import { dropExpiredAccess } from "@/lib/features/users/expire";
import { log } from "@/lib/log";
import type { Runtime } from "@/lib/runtime";
import { repeat } from "./repeat";

const EVERY_MS = HOUR;
const AFTER_FAILURE_MS = MINUTE;
/** Receipts deleted at once: short transactions, since ingest writes the same table. */
const BATCH = 5_000;

/**
 * Keeps the database in shape, at the start and every hour: partitions ahead and retention behind, receipts, sessions and
 * codes that have ended. Incidents, transitions, deliveries and the audit log are kept: they are the record, and small.
 */
export const startMaintenance = (runtime: Runtime): { stop(): Promise<void> } =>
  repeat(async () => ((await maintain(runtime)) ? EVERY_MS : AFTER_FAILURE_MS));

/** One round. Each part runs whatever becomes of the others; false when one failed. */
export async function maintain({ db, settings }: Runtime): Promise<boolean> {
  const { pool } = db;
  const results = [
    await part("partitions", async () => {
      const { created, dropped } = await maintainPartitions(
        pool,
        await databaseNow(pool),
        settings.retentionEventsDays,
      );
      if (created.length + dropped.length > 0) log.info({ created, dropped }, "Partitions made and dropped");
    }),
    await part("receipts", () => dropReceipts(pool)),
    await part("sessions", async () => dropExpiredAccess(await databaseNow(pool))),
    await part("codes", () => pool.query("DELETE FROM verification WHERE expires_at <= now()")),
  ];
  return results.every(Boolean);
}

async function part(name: string, work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    log.warn({ err: error, part: name }, "Maintenance failed; trying again in a minute");
    return false;
  }
}

async function dropReceipts(pool: pg.Pool): Promise<void> {
  for (;;) {
    const { rowCount } = await pool.query(
      `DELETE FROM event_receipt WHERE (source_id, event_id) IN (
         SELECT source_id, event_id FROM event_receipt
          WHERE received_at < now() - ${DAY} * interval '1 millisecond' ORDER BY received_at LIMIT ${BATCH})`,
    );
    if ((rowCount ?? 0) < BATCH) return;
  }
}

async function databaseNow(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ now: number }>("SELECT now() AS now");
  return rows[0]?.now ?? Number.NaN;
}
