import { hashToken } from "@/lib/crypto";
import type { Prisma } from "@/lib/db/client";
import { type Actor, ROLES } from "@/lib/domain/access/actor";
import { runtime } from "@/lib/runtime";
import { authorise } from "../command";
import type { InvitationDto } from "./schemas";

type Row = Prisma.InvitationGetPayload<true>;

export const toDto = (row: Omit<Row, "hash">): InvitationDto => ({
  id: row.id,
  email: row.email,
  role: ROLES.find((role) => role === row.role) ?? "viewer",
  created_by: row.createdBy,
  created_at: row.createdAt.toISOString(),
  expires_at: row.expiresAt.toISOString(),
  expired: row.expiresAt.getTime() <= Date.now(),
});

/** Those nobody has accepted, the newest first; the expired stand until they are revoked or sent again. Needs `admin`. */
export async function listInvitations({
  actor,
}: {
  actor: Actor;
}): Promise<{ data: InvitationDto[]; next_cursor: null }> {
  authorise(actor, "admin");
  const rows = await runtime().db.prisma.invitation.findMany({
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: 500,
  });
  return { data: rows.map(toDto), next_cursor: null };
}

/** Whom a link invites; null when it was used, revoked, replaced or has expired. */
export async function invitationOf(
  token: string,
): Promise<{ id: string; email: string; role: string } | null> {
  const row = await runtime().db.prisma.invitation.findFirst({
    where: { hash: new Uint8Array(hashToken(token)), expiresAt: { gt: new Date() } },
    select: { id: true, email: true, role: true },
  });
  return row;
}
