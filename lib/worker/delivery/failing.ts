import type pg from "pg";
import type { ChannelSettings } from "@/lib/channels/channel";
import type { Notification } from "@/lib/channels/notification";
import { channelOf } from "@/lib/channels/registry";
import { newId } from "@/lib/crypto";
import { transaction } from "@/lib/db/db";
import { isChannelKind } from "@/lib/domain/delivery/kind";
import { log } from "@/lib/log";

/** What fails for so long has not failed by chance; a refusal for good is told at once. */
const FAILING_FOR = "5 minutes";
/** A channel that fails every other time is not told of every other time. */
const TOLD_EVERY = "1 hour";

const UNTOLD = `c.enabled AND c.deleted_at IS NULL AND c.failing_since IS NOT NULL
  AND (c.failing_told_at IS NULL
       OR (c.failing_told_at < c.failing_since AND c.failing_told_at < now() - interval '${TOLD_EVERY}'))
  AND (c.failing_since < now() - interval '${FAILING_FOR}'
       OR EXISTS (SELECT FROM delivery d WHERE d.channel_id = c.id AND d.kind <> 'test'
                     AND d.state IN ('dead', 'failed', 'unknown') AND d.finished_at >= c.failing_since))`;

/** Tells of each channel that fails, once for as long as it does, by another one that works. */
export async function tellFailing(pool: pg.Pool, settings: ChannelSettings): Promise<void> {
  const { rows } = await pool.query<{ id: string }>(`SELECT c.id FROM channel c WHERE ${UNTOLD}`);
  for (const { id } of rows) await tell(pool, id, settings);
}

interface Candidate {
  id: string;
  name: string;
  kind: string;
}

function tell(pool: pg.Pool, id: string, settings: ChannelSettings): Promise<void> {
  return transaction(pool, async (client) => {
    // The race between servers is decided by the WHERE.
    const { rows } = await client.query<{
      name: string;
      last_error: string | null;
      now: number;
      since: number;
    }>(
      `UPDATE channel c SET failing_told_at = now() WHERE c.id = $1 AND ${UNTOLD}
       RETURNING c.name, c.last_error, now() AS now, c.failing_since AS since`,
      [id],
    );
    const failing = rows[0];
    if (failing === undefined) return;
    const others = await client.query<Candidate>(
      `SELECT o.id, o.name, o.kind FROM channel o JOIN channel c ON c.id = $1
        WHERE o.id <> c.id AND o.enabled AND o.deleted_at IS NULL AND o.failing_since IS NULL
        ORDER BY o.id = c.fallback_id DESC, o.kind = 'email' DESC, o.last_sent_at DESC NULLS LAST, o.created_at`,
      [id],
    );
    const target = others.rows.find(
      ({ kind }) => isChannelKind(kind) && channelOf(kind).isConfigured(settings).ok,
    );
    if (target === undefined) {
      log.warn({ channel: id, error: failing.last_error }, "A channel fails, and no other can tell of it");
      return;
    }
    const notification: Notification = {
      kind: "channel_failing",
      rule: { id: "", name: failing.name },
      incident: null,
      subject: { kind: "channel", name: failing.name },
      severity: null,
      metric: "requests",
      value: null,
      operator: ">=",
      threshold: null,
      window: null,
      at: failing.now,
      zone: "UTC",
      detail: failing.last_error ?? "Its messages are not accepted.",
      links: { incident: `${settings.appUrl}/channels/${id}` },
    };
    await client.query(
      "INSERT INTO delivery (id, channel_id, kind, notification) VALUES ($1, $2, 'channel_failing', $3)",
      [newId("dlv"), target.id, JSON.stringify(notification)],
    );
    await client.query("SELECT pg_notify('keygauge_delivery', '')");
  });
}
