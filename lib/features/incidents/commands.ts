import { newId } from "@/lib/crypto";
import type { Prisma, Tx } from "@/lib/db/client";
import { type Actor, SYSTEM } from "@/lib/domain/access/actor";
import { AppError, parse } from "@/lib/errors";
import { authorise, recordChange, write } from "../command";
import { incidentIdOf } from "./alias";
import { badLink, readAcknowledgementToken, tokenMark } from "./link";
import { tellAcknowledged } from "./propagate";
import { getIncidentSummary, noIncident } from "./queries";
import { acknowledgementSchema, type IncidentDto, LONGEST_SNOOZE_MS } from "./schemas";

/**
 * Stops reminders and escalation until the incident resolves, or with `until` or `for` until then. Needs `operator`. Throws `invalid`,
 * `not_found`, `conflict` when it is acknowledged already or has resolved.
 */
export async function acknowledgeIncident({
  actor,
  id,
  input,
}: {
  actor: Actor;
  id: string;
  input?: unknown;
}): Promise<IncidentDto> {
  authorise(actor, "operator");
  const { comment, until, for: forMs } = parse(acknowledgementSchema, input);
  const snoozedUntil = until ?? (forMs === undefined ? null : Date.now() + forMs);
  assertAhead(snoozedUntil);
  await write((tx) => acknowledge(tx, actor, id, { ...(comment ? { comment } : {}) }, snoozedUntil));
  return getIncidentSummary(id);
}

/** Takes the acknowledgement back. Needs `operator`. Throws `not_found`, `conflict` when there is none to take back. */
export async function unacknowledgeIncident({
  actor,
  id,
}: {
  actor: Actor;
  id: string;
}): Promise<IncidentDto> {
  authorise(actor, "operator");
  await write(async (tx) => {
    const incidentId = await incidentIdOf(tx, id);
    const { count } = await tx.incident.updateMany({
      where: { id: incidentId, state: "acknowledged" },
      data: {
        state: "firing",
        acknowledgedAt: null,
        acknowledgedBy: null,
        snoozedUntil: null,
        attentionAt: AT_ONCE,
      },
    });
    if (count === 0) throw await conflictOf(tx, incidentId, "The incident is not acknowledged.");
    await note(tx, incidentId, "unacknowledged", actor, {});
    await recordChange(tx, actor, {
      action: "incident.unacknowledge",
      entity: "incident",
      entityId: incidentId,
    });
  });
  return getIncidentSummary(id);
}

/**
 * What a link in a message does once its reader has confirmed. Each link works once. Throws `not_found` on a link that
 * was not made here, `gone` when it was used, `conflict` when the incident is acknowledged or has resolved.
 */
export async function acknowledgeByLink(token: string): Promise<IncidentDto> {
  const link = readAcknowledgementToken(token);
  if (link === null) throw badLink();
  const mark = tokenMark(token);
  await write(async (tx) => {
    const channel = await tx.channel.findUnique({ where: { id: link.channelId } });
    if (channel === null || channel.deletedAt !== null) throw badLink();
    const actor: Actor = {
      ...SYSTEM,
      id: channel.id,
      name: `Recipient of ${channel.name}`,
      role: "operator",
    };
    const incidentId = await acknowledge(tx, actor, link.incidentId, { link: mark, channel: channel.id });
    // Looked for after the incident's row was locked by its change, so that two clicks at once are told apart.
    const used = await tx.incidentEvent.count({
      where: { incidentId, kind: "acknowledged", data: { path: ["link"], equals: mark } },
    });
    if (used > 1) throw usedLink();
  });
  return getIncidentSummary(link.incidentId);
}

/**
 * What an SMS reply does to the incidents that its message told of: those which fire are acknowledged, the others are so
 * already. The provider may hand over one reply (`message`) twice.
 */
export async function acknowledgeByReply(reply: {
  channel: { id: string; name: string };
  number: string;
  message: string;
  incidentIds: readonly string[];
}): Promise<void> {
  const { channel, number, message, incidentIds } = reply;
  const actor: Actor = {
    ...SYSTEM,
    id: channel.id,
    name: `Recipient of ${channel.name}`,
    role: "operator",
  };
  await write(async (tx) => {
    for (const id of [...incidentIds].sort()) {
      const [row] = await tx.$queryRaw<
        { state: string }[]
      >`SELECT state FROM incident WHERE id = ${id} FOR UPDATE`;
      if (row?.state === "firing")
        await acknowledge(tx, actor, id, { sms: message, number, channel: channel.id });
    }
  });
}

const usedLink = () =>
  new AppError("gone", "This link has been used. Sign in to acknowledge the incident once more.");

/** Due at once: the worker looks at what the change means for escalation and for what was kept back. */
const AT_ONCE = new Date(0);

function assertAhead(until: number | null): void {
  if (until === null) return;
  const ahead = until - Date.now();
  if (ahead > 0 && ahead <= LONGEST_SNOOZE_MS) return;
  const message = "expected an instant in the future, 31 days ahead at most";
  throw new AppError("invalid", `until: ${message}`, { issues: [{ path: "until", message }] });
}

/** The race between two people is decided by the WHERE. Gives the incident's own id. */
async function acknowledge(
  tx: Tx,
  actor: Actor,
  id: string,
  told: Record<string, string>,
  until: number | null = null,
): Promise<string> {
  const incidentId = await incidentIdOf(tx, id);
  const data = { ...told, ...(until === null ? {} : { until: new Date(until).toISOString() }) };
  const { count } = await tx.incident.updateMany({
    where: { id: incidentId, state: "firing" },
    data: {
      state: "acknowledged",
      acknowledgedAt: new Date(),
      acknowledgedBy: actor.name,
      snoozedUntil: until === null ? null : new Date(until),
      attentionAt: AT_ONCE,
    },
  });
  if (count === 0) throw await conflictOf(tx, incidentId, "The incident is acknowledged already.");
  await note(tx, incidentId, "acknowledged", actor, data);
  await tellAcknowledged(tx, incidentId, actor);
  await recordChange(tx, actor, {
    action: "incident.acknowledge",
    entity: "incident",
    entityId: incidentId,
    changes: data,
  });
  return incidentId;
}

async function conflictOf(tx: Tx, id: string, otherwise: string): Promise<AppError> {
  const row = await tx.incident.findUnique({ where: { id } });
  if (row === null) return noIncident(id);
  if (row.state === "resolved") return new AppError("conflict", "The incident has resolved.");
  const by = row.acknowledgedBy === null ? "" : ` ${row.acknowledgedBy} did so.`;
  return new AppError("conflict", `${otherwise}${by}`);
}

async function note(
  tx: Tx,
  incidentId: string,
  kind: string,
  actor: Actor,
  data: Prisma.InputJsonObject,
): Promise<void> {
  await tx.incidentEvent.create({
    data: { id: newId("ev"), incidentId, at: new Date(), kind, actor: actor.name, data },
  });
}
