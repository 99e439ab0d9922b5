import type pg from "pg";
import { newId } from "@/lib/crypto";
import { transaction } from "@/lib/db/db";
import { afterAttempt, type Next } from "@/lib/domain/delivery/retry";
import { announceAll, insertEvents } from "@/lib/features/deliveries/bulk";
import { fallBack } from "@/lib/features/deliveries/instead";
import { timelineEntry } from "@/lib/features/deliveries/timeline";
import { addSmsUsage } from "@/lib/features/sms-budget/usage";
import { optOut } from "@/lib/features/twilio/opt-out";
import { applyReceipts } from "@/lib/features/twilio/receipts";
import type { Answer } from "./attempt";
import type { Claimed } from "./claim";

/** Ends after which another channel has to tell it. */
const GONE: ReadonlySet<string> = new Set(["dead", "failed", "unknown"]);

/**
 * Writes what became of an attempt. Returns null, and writes nothing, when the delivery is not this worker's any more:
 * its lease ran out, and another took it over. `random` is in [0, 1).
 */
export function writeOutcome(
  pool: pg.Pool,
  claimed: Claimed,
  answer: Answer,
  random: number,
): Promise<Next | null> {
  return transaction(pool, async (client) => {
    const { rows } = await client.query<{ age_ms: number }>(
      `SELECT extract(epoch FROM now() - created_at)::float8 * 1000 AS age_ms FROM delivery
        WHERE id = $1 AND fence = $2 AND state = 'sending' FOR UPDATE`,
      [claimed.id, claimed.fence],
    );
    const row = rows[0];
    if (row === undefined) return null;
    const next = afterAttempt(answer, {
      test: claimed.kind === "test",
      attempt: claimed.attempt,
      maybeSent: claimed.maybeSent,
      ageMs: row.age_ms,
      random,
    });
    await writeDelivery(client, claimed, answer, next);
    for (const number of answer.optedOut ?? []) await optOut(client, number, "provider");
    // What the provider has said of it meanwhile.
    if (next.state === "sent") await applyReceipts(client, claimed.id);
    if (GONE.has(next.state)) await fallBack(client, claimed.id);
    if (claimed.channel.kind === "sms") await countSms(client, claimed, answer);
    const channelChanged = await writeChannel(client, claimed, answer);
    await announceAll(client, "delivery", [claimed.id]);
    if (next.state !== "queued") await writeTimeline(client, claimed, answer, next);
    else if (claimed.incidentId !== null) await announceAll(client, "incident", [claimed.incidentId]);
    if (channelChanged) await announceAll(client, "channel", [claimed.channel.id]);
    return next;
  });
}

async function writeDelivery(
  client: pg.PoolClient,
  claimed: Claimed,
  answer: Answer,
  next: Next,
): Promise<void> {
  const final = next.state !== "queued";
  const error = answer.outcome === "sent" ? null : (answer.error ?? null);
  await client.query(
    `UPDATE delivery
        SET state = $2, maybe_sent = $3, reached = $4, lease_until = NULL,
            provider_id = coalesce($5, provider_id), last_error = $6, reason = coalesce($7, reason),
            next_attempt_at = now() + $8 * interval '1 millisecond',
            finished_at = CASE WHEN $9 THEN now() END
      WHERE id = $1`,
    [
      claimed.id,
      next.state,
      next.maybeSent,
      JSON.stringify(answer.reached),
      answer.providerId ?? null,
      error,
      "reason" in next ? next.reason : null,
      "waitMs" in next ? next.waitMs : 0,
      final,
    ],
  );
  await client.query(
    `UPDATE delivery_attempt
        SET finished_at = now(), outcome = $3, response = $4, error = $5, provider_id = $6, rendered = $7
      WHERE delivery_id = $1 AND number = $2`,
    [
      claimed.id,
      claimed.attempt,
      answer.outcome,
      answer.response ?? null,
      error,
      answer.providerId ?? null,
      answer.rendered === undefined ? null : JSON.stringify(answer.rendered),
    ],
  );
}

/** What Twilio has taken counts for the budget, whoever asked for it. */
async function countSms(client: pg.PoolClient, { reached, at }: Claimed, answer: Answer): Promise<void> {
  const taken = answer.reached.length - reached.length;
  if (taken <= 0) return;
  await addSmsUsage(client, taken, at);
}

/** A channel fails from its first failure until the next success. True when that began or ended. */
async function writeChannel(client: pg.PoolClient, { channel }: Claimed, answer: Answer): Promise<boolean> {
  if (answer.outcome === "unconfigured") return false;
  const sent = answer.outcome === "sent";
  const { rows } = await client.query<{ was_failing: boolean }>(
    `UPDATE channel c
        SET last_sent_at = CASE WHEN $2 THEN now() ELSE last_sent_at END,
            failing_since = CASE WHEN $2 THEN NULL ELSE coalesce(failing_since, now()) END,
            last_error = $3
       FROM (SELECT id, failing_since IS NOT NULL AS was_failing FROM channel WHERE id = $1 FOR NO KEY UPDATE) old
      WHERE c.id = old.id RETURNING old.was_failing`,
    [channel.id, sent, sent ? null : (answer.error ?? null)],
  );
  return rows[0]?.was_failing === sent;
}

/** On the timelines of all incidents that the message tells of: its own, or those of a digest's messages. */
async function writeTimeline(
  client: pg.PoolClient,
  claimed: Claimed,
  answer: Answer,
  next: Next & { reason: string | null },
): Promise<void> {
  const { rows } = await client.query<{ incident_id: string; kind: string }>(
    `SELECT incident_id, kind FROM delivery
      WHERE incident_id IS NOT NULL AND (id = $1 OR ($2 AND told_by = $1)) ORDER BY seq`,
    [claimed.id, claimed.kind === "digest"],
  );
  const events = rows.map((row) => ({
    id: newId("ev"),
    incident_id: row.incident_id,
    ...timelineEntry({
      delivery: claimed.id,
      notification: row.kind,
      state: next.state,
      channel: claimed.channel,
      words: next.reason ?? answer.response ?? null,
    }),
  }));
  await insertEvents(client, events);
  await announceAll(client, "incident", [...new Set(rows.map(({ incident_id }) => incident_id))]);
}
