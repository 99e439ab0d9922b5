import { sendLetter } from "@/lib/channels/email/letter";
import { hashToken, newId, newToken } from "@/lib/crypto";
import { type Actor, ROLES } from "@/lib/domain/access/actor";
import { DAY } from "@/lib/domain/usage/duration";
import { AppError, parse } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { authorise, recordChange, write } from "../command";
import { getUser } from "../users/queries";
import { acceptInvitationSchema, inviteSchema, type UserDto } from "../users/schemas";
import { emailTaken, insertUser, newUser } from "../users/store";
import { invitationOf, toDto } from "./queries";
import { INVITATION_DAYS, type InvitationDto, type SentInvitationDto } from "./schemas";

/**
 * Invites somebody by e-mail: the link goes to them where there is a mail server, else it is answered. Whoever was invited
 * before gets a new link; the former stops working. Needs `admin`. Throws `conflict` when there is such a user.
 */
export async function createInvitation({
  actor,
  input,
}: {
  actor: Actor;
  input: unknown;
}): Promise<SentInvitationDto> {
  authorise(actor, "admin");
  const { email, role } = parse(inviteSchema, input);
  const token = newToken("kgs");
  const now = Date.now();
  const row = await write(async (tx) => {
    if ((await tx.user.count({ where: { email } })) > 0) {
      throw new AppError("conflict", "There is already a user with this e-mail address.", {
        issues: [{ path: "email", message: "is taken by another user" }],
      });
    }
    const data = {
      role,
      hash: new Uint8Array(hashToken(token)),
      createdBy: actor.name,
      createdAt: new Date(now),
      expiresAt: new Date(now + INVITATION_DAYS * DAY),
    };
    const made = await tx.invitation.upsert({
      where: { email },
      create: { id: newId("inv"), email, ...data },
      update: data,
    });
    await recordChange(tx, actor, {
      action: "invitation.create",
      entity: "invitation",
      entityId: made.id,
      changes: { email, role },
    });
    return made;
  });
  const link = `${runtime().env.appUrl}/invite?token=${token}`;
  return { ...toDto(row), ...(await mail(toDto(row), actor, link, now)) };
}

async function mail(
  { id, email, role }: InvitationDto,
  actor: Actor,
  link: string,
  now: number,
): Promise<Pick<SentInvitationDto, "mailed" | "link" | "mail_error">> {
  const { env, settings } = runtime();
  if (settings.smtpUrl === undefined) return { mailed: false, link, mail_error: null };
  const result = await sendLetter(
    {
      id: `${id}.${now}`,
      to: email,
      subject: `${actor.name} invites you to Keygauge`,
      title: "You are invited to Keygauge",
      text: `${actor.name} invites you as ${role}. The link works once, within ${INVITATION_DAYS} days: it asks for your name and a password.`,
      button: { text: "Accept the invitation", link },
      footer: `Sent by Keygauge at ${env.appUrl}. Whoever has the link can use it: if you do not know what this is, delete the mail.`,
    },
    { appUrl: env.appUrl, ...settings },
    now,
  );
  return result.outcome === "sent"
    ? { mailed: true, link: null, mail_error: null }
    : { mailed: false, link, mail_error: result.error };
}

/** Takes an invitation back: its link stops working. Needs `admin`. Throws `not_found`. */
export async function revokeInvitation({ actor, id }: { actor: Actor; id: string }): Promise<void> {
  authorise(actor, "admin");
  await write(async (tx) => {
    const row = await tx.invitation.findUnique({ where: { id }, select: { email: true } });
    const { count } = await tx.invitation.deleteMany({ where: { id } });
    if (row === null || count === 0) {
      throw new AppError("not_found", "There is no such invitation, or it was accepted or revoked.");
    }
    await recordChange(tx, actor, {
      action: "invitation.revoke",
      entity: "invitation",
      entityId: id,
      changes: { email: row.email },
    });
  });
}

/**
 * Makes the invited person's account with the token of their link, which is used up by it: of two submissions at once one
 * succeeds. Throws `gone` when the link does not work any more, `invalid`.
 */
export async function acceptInvitation({
  token,
  input,
}: {
  token: string;
  input: unknown;
}): Promise<UserDto> {
  const { name, password } = parse(acceptInvitationSchema, input);
  const invited = await invitationOf(token);
  if (invited === null) throw usedLink();
  const { email } = invited;
  const role = ROLES.find((known) => known === invited.role) ?? "viewer";
  const user = await newUser({ name, email, password, role });
  await write(async (tx) => {
    const { count } = await tx.invitation.deleteMany({
      where: { id: invited.id, hash: new Uint8Array(hashToken(token)), expiresAt: { gt: new Date() } },
    });
    if (count === 0) throw usedLink();
    await insertUser(tx, user);
    await recordChange(
      tx,
      { kind: "user", id: user.id, name, role },
      { action: "invitation.accept", entity: "user", entityId: user.id, changes: { name, email, role } },
    );
  }).catch(emailTaken);
  return getUser(user.id);
}

const usedLink = () =>
  new AppError("gone", "This invitation was used, taken back or has expired. Ask an admin for a new one.");
