import type { Role } from "@/lib/domain/access/actor";

export const INVITATION_DAYS = 7;

/** An invitation that nobody has accepted yet. */
export interface InvitationDto {
  id: string;
  email: string;
  role: Role;
  created_by: string;
  created_at: string;
  expires_at: string;
  expired: boolean;
}

/** A fresh invitation, and how its link gets to the invited. */
export interface SentInvitationDto extends InvitationDto {
  /** The mail server has taken it. */
  mailed: boolean;
  /** To be handed over where no mail went out; null where one did. Shown this once. */
  link: string | null;
  /** Why no mail went out, in the server's words; null without a mail server. */
  mail_error: string | null;
}
