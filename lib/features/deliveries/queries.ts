import type { Reached, RenderedMessage } from "@/lib/channels/channel";
import type { Notification } from "@/lib/channels/notification";
import { subjectName } from "@/lib/channels/words";
import type { Prisma } from "@/lib/db/client";
import type { DeliveryState } from "@/lib/domain/delivery/state";
import { AppError, parse } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { incidentIdOf } from "../incidents/alias";
import { decodeTimeCursor, type Page, pageSchema, toPage } from "../page";
import { type AttemptDto, type DeliveryDto, deliveriesQuerySchema } from "./schemas";

const WITH_ATTEMPTS = {
  attempts: { orderBy: { number: "asc" } },
  channel: { select: { name: true, kind: true } },
} satisfies Prisma.DeliveryInclude;
type DeliveryRow = Prisma.DeliveryGetPayload<{ include: typeof WITH_ATTEMPTS }>;

/** Deliveries, the newest first; `incident`, `channel`, `kind`, `state` and `told_by` narrow the list. Throws `invalid`. */
export async function listDeliveries(params: unknown): Promise<Page<DeliveryDto>> {
  const { limit, cursor } = parse(pageSchema, params);
  const { incident, channel, kind, state, told_by } = parse(deliveriesQuerySchema, params);
  const before = cursor === undefined ? undefined : decodeTimeCursor(cursor);
  const { prisma } = runtime().db;
  const rows = await prisma.delivery.findMany({
    where: {
      // Those of an incident that became part of a shared one are the shared one's.
      ...(incident === undefined ? {} : { incidentId: await incidentIdOf(prisma, incident) }),
      ...(channel === undefined ? {} : { channelId: channel }),
      ...(state === undefined ? {} : { state }),
      ...(kind === undefined ? {} : { kind }),
      ...(told_by === undefined ? {} : { toldBy: told_by }),
      ...(before === undefined
        ? {}
        : { OR: [{ createdAt: { lt: before.at } }, { createdAt: before.at, id: { lt: before.id } }] }),
    },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: limit + 1,
    include: WITH_ATTEMPTS,
  });
  return toPage(
    rows,
    limit,
    (row) => toDto(row, { html: false }),
    (row) => [row.createdAt.getTime(), row.id],
  );
}

/** One delivery with every attempt. Throws `not_found`. */
export async function getDelivery(id: string): Promise<DeliveryDto> {
  const row = await runtime().db.prisma.delivery.findUnique({ where: { id }, include: WITH_ATTEMPTS });
  if (row === null) throw noDelivery(id);
  return toDto(row, { html: true });
}

export const noDelivery = (id: string): AppError =>
  new AppError("not_found", `There is no delivery ${id.slice(0, 40)}.`);

function toDto(row: DeliveryRow, parts: { html: boolean }): DeliveryDto {
  return {
    id: row.id,
    incident: row.incidentId,
    about: row.kind === "test" ? null : subjectName((row.notification as unknown as Notification).subject),
    channel: row.channelId,
    channel_name: row.channel.name,
    channel_kind: row.channel.kind,
    transition: row.transitionId,
    kind: row.kind,
    muted_by: row.mutedBy,
    state: row.state as DeliveryState,
    reason: row.reason,
    attempts: row.attempts.map((attempt) => toAttempt(attempt, parts)),
    maybe_sent: row.maybeSent,
    reached: (row.reached as unknown as Reached[]).map(({ to, providerId }) => ({
      to,
      provider_id: providerId ?? null,
    })),
    provider_id: row.providerId,
    last_error: row.lastError,
    ...holdOf(row),
    told_by: row.toldBy,
    origin:
      row.originId === null
        ? null
        : { delivery: row.originId, why: row.origin as NonNullable<DeliveryDto["origin"]>["why"] },
    created_at: row.createdAt.toISOString(),
    next_attempt_at: row.state === "queued" ? row.nextAttemptAt.toISOString() : null,
    finished_at: row.finishedAt?.toISOString() ?? null,
  };
}

function holdOf(row: DeliveryRow): Pick<DeliveryDto, "hold" | "held_until"> {
  if (row.state !== "queued" || row.hold === null) return { hold: null, held_until: null };
  return {
    hold: row.hold.split(" ")[0] as DeliveryDto["hold"],
    held_until: row.heldUntil?.toISOString() ?? null,
  };
}

function toAttempt(row: DeliveryRow["attempts"][number], { html }: { html: boolean }): AttemptDto {
  const rendered = row.rendered as RenderedMessage | null;
  return {
    number: row.number,
    started_at: row.startedAt.toISOString(),
    finished_at: row.finishedAt?.toISOString() ?? null,
    outcome: row.outcome,
    response: row.response,
    error: row.error,
    provider_id: row.providerId,
    rendered:
      rendered === null
        ? null
        : {
            from: rendered.from,
            to: rendered.to,
            ...(rendered.subject === undefined ? {} : { subject: rendered.subject }),
            text: rendered.text,
            // A page of a list would be a megabyte of it.
            ...(html && rendered.html !== undefined ? { html: rendered.html } : {}),
          },
  };
}
