import type pg from "pg";
import type { Notification } from "@/lib/channels/notification";
import { mergeOf } from "@/lib/domain/delivery/merge";
import { announce, write } from "@/lib/features/command";
import { plain, suppress } from "@/lib/features/deliveries/queue";
import { firedAndRecovered } from "./recovered";

/** So many at a time; the next pass goes on. */
const BATCH = 200;

/** Before anything is claimed: what is not to be sent any more, and what is to be told together. */
export async function settle(pool: pg.Pool): Promise<void> {
  const [unwanted, recovered] = await Promise.all([
    pool.query<{ id: string; deleted: boolean }>(
      `SELECT d.id, c.deleted_at IS NOT NULL AS deleted FROM delivery d JOIN channel c ON c.id = d.channel_id
        WHERE d.state = 'queued' AND (c.deleted_at IS NOT NULL OR (NOT c.enabled AND d.kind <> 'test'))
        LIMIT ${BATCH}`,
    ),
    pool.query<{ channel_id: string; incident_id: string }>(
      `SELECT r.channel_id, r.incident_id FROM delivery r
        WHERE r.state = 'queued' AND r.kind = 'resolved'
          AND EXISTS (SELECT FROM delivery e
                       WHERE e.channel_id = r.channel_id AND e.incident_id = r.incident_id AND e.seq < r.seq
                         AND e.state = 'queued' AND e.hold IS NULL AND NOT e.maybe_sent AND e.reached = '[]' AND e.kind IN ('firing', 'no_data'))
        LIMIT ${BATCH}`,
    ),
  ]);
  for (const deleted of [true, false]) {
    const ids = unwanted.rows.filter((row) => row.deleted === deleted).map(({ id }) => id);
    const reason = deleted ? "The channel was deleted" : "The channel was switched off";
    if (ids.length > 0) await write((tx) => suppress(tx, ids, reason));
  }
  for (const { channel_id, incident_id } of recovered.rows) await merge(channel_id, incident_id);
}

interface OpenDelivery {
  id: string;
  kind: string;
  state: "queued" | "sending";
  seen: boolean;
  notification: Notification;
  next_attempt_at: Date;
}

/** Makes one message of a firing that was never sent and its resolution. */
function merge(channelId: string, incidentId: string): Promise<void> {
  return write(async (tx) => {
    const open = await tx.$queryRaw<OpenDelivery[]>`
      SELECT id, kind, state, maybe_sent OR reached <> '[]' AS seen, notification, next_attempt_at
        FROM delivery
       WHERE channel_id = ${channelId} AND incident_id = ${incidentId} AND state IN ('queued', 'sending')
       ORDER BY seq FOR UPDATE`;
    const plan = mergeOf(open);
    const find = (id: string | undefined) => open.find((one) => one.id === id);
    const [into, facts] = [find(plan?.into), find(plan?.facts)];
    if (plan === null || into === undefined || facts === undefined) return;
    // What the provider asked for holds for the one message too.
    const told = open.filter(({ id }) => plan.told.includes(id));
    const due = Math.max(...[into, ...told].map((one) => one.next_attempt_at.getTime()));
    await tx.delivery.update({
      where: { id: into.id },
      data: {
        kind: "fired_and_recovered",
        notification: plain(firedAndRecovered(facts.notification, into.notification)),
        nextAttemptAt: new Date(due),
      },
    });
    await suppress(
      tx,
      plan.told,
      `Recovered before it was sent: told together with the recovery in ${into.id}`,
      into.id,
    );
    await announce(tx, "delivery", into.id);
  });
}
