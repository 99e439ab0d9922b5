import type pg from "pg";
import type { Notification } from "@/lib/channels/notification";
import { keepsIncidents } from "@/lib/domain/delivery/kind";
import type { Claimed } from "./claim";

/** More says nothing new: labels and names change seldom. */
const MOST = 100;

/**
 * What a system that keeps incidents was told of the delivery's incident before, the oldest first; empty for all other
 * channels. Of incidents that were joined, the messages have the ids of then.
 */
export async function toldEarlier(pool: pg.Pool, claimed: Claimed): Promise<Notification[]> {
  if (claimed.incidentId === null || !keepsIncidents(claimed.channel.kind)) return [];
  const { rows } = await pool.query<{ notification: Notification }>(
    `SELECT notification FROM delivery d
      WHERE channel_id = $1 AND incident_id = $2 AND seq < (SELECT seq FROM delivery WHERE id = $3)
        AND (state IN ('sent', 'delivered', 'unknown') OR maybe_sent)
      ORDER BY seq DESC LIMIT ${MOST}`,
    [claimed.channel.id, claimed.incidentId, claimed.id],
  );
  return rows.map(({ notification }) => notification).reverse();
}
