import type pg from "pg";
import type { Reached } from "@/lib/channels/channel";
import { newId } from "@/lib/crypto";
import { transaction } from "@/lib/db/db";
import { fateOf, hasFailed, isReceiptStatus, outranks, type Receipt } from "@/lib/domain/delivery/receipt";
import { runtime } from "@/lib/runtime";
import { announceAll, insertEvents } from "../deliveries/bulk";
import { fallBack } from "../deliveries/instead";
import { timelineEntry } from "../deliveries/timeline";
import { optOut } from "./opt-out";
import { assertSigned, type TwilioRequest } from "./signed";

/** What has failed for a moment is sent once more after it. */
const AGAIN_AFTER = "1 minute";
const OPTED_OUT = 21610;

/**
 * Takes a status callback of one message of a delivery. They come twice, late, out of order, or before the send returned:
 * what outranks what was known counts, once. Throws `not_found`, `forbidden`.
 */
export async function receiveStatus(deliveryId: string, request: TwilioRequest): Promise<void> {
  assertSigned(request);
  const {
    MessageSid: sid = "",
    To: to = "",
    MessageStatus: status = "",
    ErrorCode: code = "",
  } = request.params;
  if (sid === "" || to === "" || !isReceiptStatus(status)) return;
  await transaction(runtime().db.pool, async (client) => {
    // The row's lock makes receipts follow each other, and the outcome of a send.
    const { rows } = await client.query<{ state: string; reached: Reached[] }>(
      "SELECT state, reached FROM delivery WHERE id = $1 FOR UPDATE",
      [deliveryId],
    );
    const delivery = rows[0];
    if (delivery === undefined) return;
    const known = await client.query<{ status: string }>(
      "SELECT status FROM delivery_receipt WHERE message_id = $1",
      [sid],
    );
    if (!outranks(status, known.rows[0]?.status ?? null)) return;
    const errorCode = /^\d{1,9}$/.test(code) ? Number(code) : null;
    await client.query(
      `INSERT INTO delivery_receipt (message_id, delivery_id, recipient, status, error_code) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (message_id) DO UPDATE SET status = EXCLUDED.status, error_code = EXCLUDED.error_code, at = now()`,
      [sid, deliveryId, to, status, errorCode],
    );
    if (errorCode === OPTED_OUT) await optOut(client, to, "provider");
    // Nobody knew whether it arrived there: it did, so that number gets nothing again.
    const news =
      delivery.state === "queued" && !hasFailed(status) && !delivery.reached.some((one) => one.to === to);
    if (news) {
      const reached: Reached[] = [...delivery.reached, { to, providerId: sid }];
      await client.query("UPDATE delivery SET reached = $2 WHERE id = $1", [
        deliveryId,
        JSON.stringify(reached),
      ]);
    }
    await applyReceipts(client, deliveryId);
    await announceAll(client, "delivery", [deliveryId]);
  });
}

interface SentRow {
  state: string;
  kind: string;
  origin: string | null;
  incident_id: string | null;
  reached: Reached[];
  channel_id: string;
  channel_name: string;
  channel_kind: string;
}

/** Moves a delivery that was sent to what its receipts make of it; called with its row locked. */
export async function applyReceipts(client: pg.PoolClient, id: string): Promise<void> {
  const { rows } = await client.query<SentRow>(
    `SELECT d.state, d.kind, d.origin, d.incident_id, d.reached, d.channel_id, c.name AS channel_name, c.kind AS channel_kind
       FROM delivery d JOIN channel c ON c.id = d.channel_id WHERE d.id = $1 AND d.state IN ('sent', 'failed')
        AND EXISTS (SELECT FROM delivery_receipt r WHERE r.delivery_id = d.id)`,
    [id],
  );
  const row = rows[0];
  if (row === undefined) return;
  const said = await client.query<{ message_id: string; status: string; error_code: number | null }>(
    "SELECT message_id, status, error_code FROM delivery_receipt WHERE delivery_id = $1",
    [id],
  );
  const receipts = row.reached.map(({ to, providerId }): Receipt => {
    const one = said.rows.find(({ message_id }) => message_id === providerId);
    return { to, status: one?.status ?? null, code: one?.error_code ?? null };
  });
  const fate = fateOf(receipts, { repeat: row.origin === "transient" });
  if (fate.fate === "open" || fate.fate === row.state) return;
  const words = fate.failed
    .map(({ to, status, code }) => `${to}: Twilio ${code ?? status}${meaningOf(code)}`)
    .join("; ");
  const reason = words === "" ? null : words;
  await client.query(
    "UPDATE delivery SET state = $2, reason = coalesce($3, reason), last_error = $3 WHERE id = $1",
    [id, fate.fate, reason],
  );
  if (fate.fate === "delivered") {
    await client.query(
      `UPDATE delivery SET state = 'suppressed', reason = 'Delivered after all', finished_at = now()
        WHERE origin_id = $1 AND origin = 'transient' AND state = 'queued' AND attempt_count = 0`,
      [id],
    );
  }
  if (fate.again.length > 0) await sendOnceMore(client, id, row, fate.again);
  else if (fate.fate === "failed") await fallBack(client, id);
  if (fate.fate === "failed") await showFailure(client, id, row, words);
}

/** As a delivery of its own, since a state's rank never goes down; those who have it are left out. */
async function sendOnceMore(
  client: pg.PoolClient,
  id: string,
  row: SentRow,
  again: readonly string[],
): Promise<void> {
  const repeat = newId("dlv");
  const others = row.reached.filter(({ to }) => !again.includes(to));
  await client.query(
    `INSERT INTO delivery (id, channel_id, incident_id, kind, notification, reached, reason, admitted_at, next_attempt_at,
                           origin, origin_id)
     SELECT $2, channel_id, incident_id, kind, notification, $3, $4, now(), now() + interval '${AGAIN_AFTER}', 'transient', id
       FROM delivery WHERE id = $1`,
    [id, repeat, JSON.stringify(others), `${id} once more, since the failure may have passed`],
  );
  await client.query(
    "UPDATE delivery SET reason = reason || '. Sent once more in ' || $2, told_by = $2 WHERE id = $1",
    [id, repeat],
  );
}

/** On the channel, and on the incident's timeline. */
async function showFailure(client: pg.PoolClient, id: string, row: SentRow, words: string): Promise<void> {
  await client.query(
    "UPDATE channel SET failing_since = coalesce(failing_since, now()), last_error = $2 WHERE id = $1",
    [row.channel_id, words],
  );
  await announceAll(client, "channel", [row.channel_id]);
  if (row.incident_id === null) return;
  const channel = { id: row.channel_id, name: row.channel_name, kind: row.channel_kind };
  const entry = timelineEntry({ delivery: id, notification: row.kind, state: "failed", channel, words });
  await insertEvents(client, [{ id: newId("ev"), incident_id: row.incident_id, ...entry }]);
  await announceAll(client, "incident", [row.incident_id]);
}

// https://www.twilio.com/docs/api/errors
const MEANINGS: Readonly<Record<number, string>> = {
  21610: "the number has opted out",
  30003: "the handset cannot be reached",
  30004: "the message was blocked",
  30005: "the handset is unknown",
  30006: "a landline, or a carrier that cannot be reached",
  30007: "the carrier took it for spam",
  30008: "an unknown error",
};

const meaningOf = (code: number | null): string => {
  const meaning = code === null ? undefined : MEANINGS[code];
  return meaning === undefined ? "" : `, ${meaning}`;
};
