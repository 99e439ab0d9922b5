import type { Notification } from "@/lib/channels/notification";
import { toGsm } from "@/lib/channels/sms/gsm";
import { reference } from "@/lib/channels/sms/render";
import { subjectName } from "@/lib/channels/words";
import { transaction } from "@/lib/db/db";
import { readReply } from "@/lib/domain/delivery/reply";
import { runtime } from "@/lib/runtime";
import { acknowledgeByReply } from "../incidents/commands";
import { optIn, optOut } from "./opt-out";
import { assertSigned, type TwilioRequest } from "./signed";

/** An answer to a message is about one of these days. */
const LATELY = "7 days";

const HELP =
  "Keygauge: answer 1 or ACK to acknowledge the latest alert, ACK and a code such as #8K2MQZA for another, STOP to get no more.";

/**
 * Takes an SMS that somebody sent to our number, and says what to answer; "" for nothing. Only the recipients of channels
 * are answered. Throws `not_found`, `forbidden`.
 */
export async function receiveReply(request: TwilioRequest): Promise<string> {
  assertSigned(request);
  const {
    From: from = "",
    Body: body = "",
    MessageSid: sid = "",
    OptOutType: optOutType = "",
  } = request.params;
  const reply = readReply(body);
  const { pool } = runtime().db;
  // STOP, START and HELP are answered by Twilio itself.
  const kind = optOutType === "" ? reply?.kind : optOutType.toLowerCase();
  if (kind === "stop") await transaction(pool, (client) => optOut(client, from, "reply"));
  if (kind === "start") await transaction(pool, (client) => optIn(client, from));
  if (kind === "stop" || kind === "start" || optOutType !== "") return "";
  if (!(await isRecipient(from))) return "";
  if (reply?.kind !== "acknowledge") return HELP;
  const found = await findTold(from, reply.reference);
  if (found === null) {
    return reply.reference === null
      ? "Keygauge: nothing that was sent to this number is firing."
      : `Keygauge: no message #${reply.reference} to this number is about something that is firing.`;
  }
  await acknowledgeByReply({ ...found, number: from, message: sid });
  const { incidentIds, notification, delivery } = found;
  const what =
    incidentIds.length > 1 ? `${incidentIds.length} alerts` : subjectName(notification.subject, 60);
  return toGsm(`Acknowledged: ${what} ${reference(delivery)}`);
}

async function isRecipient(number: string): Promise<boolean> {
  const { rows } = await runtime().db.pool.query<{ found: boolean }>(
    `SELECT EXISTS (SELECT FROM channel WHERE kind = 'sms' AND deleted_at IS NULL AND config->'to' ? $1) AS found`,
    [number],
  );
  return rows[0]?.found === true;
}

interface Told {
  delivery: string;
  channel: { id: string; name: string };
  incidentIds: string[];
  notification: Notification;
}

/** The latest message to the number that is about something firing or acknowledged; of a digest, all of its incidents. */
async function findTold(number: string, wanted: string | null): Promise<Told | null> {
  const { rows } = await runtime().db.pool.query<{
    id: string;
    channel_id: string;
    name: string;
    notification: Notification;
    incidents: string[];
  }>(
    `SELECT d.id, c.id AS channel_id, c.name, d.notification, about.incidents
       FROM delivery d JOIN channel c ON c.id = d.channel_id
       CROSS JOIN LATERAL (
         SELECT array_agg(DISTINCT i.id) AS incidents
           FROM delivery m JOIN incident i ON i.id = m.incident_id AND i.state <> 'resolved'
          WHERE m.id = d.id OR (d.kind = 'digest' AND m.told_by = d.id)) AS about
      WHERE c.kind = 'sms' AND c.deleted_at IS NULL AND c.config->'to' ? $1 AND about.incidents IS NOT NULL
        AND (d.attempt_count > 0) AND d.state NOT IN ('suppressed', 'dead', 'unconfigured')
        AND d.created_at > now() - interval '${LATELY}'
        AND ($2::text IS NULL OR upper(right(regexp_replace(d.id, '[^0-9a-zA-Z]', '', 'g'), 7)) = $2)
      ORDER BY d.seq DESC LIMIT 1`,
    [number, wanted],
  );
  const row = rows[0];
  if (row === undefined) return null;
  return {
    delivery: row.id,
    channel: { id: row.channel_id, name: row.name },
    incidentIds: row.incidents,
    notification: row.notification,
  };
}
