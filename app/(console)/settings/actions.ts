"use server";

import type { Preferences } from "@/lib/domain/access/preferences";
import {
  removeMail,
  removeTwilio,
  setMail,
  setRetention,
  setTwilio,
} from "@/lib/features/installation/commands";
import type { MailDto, RetentionDto, TestDto, TwilioDto } from "@/lib/features/installation/schemas";
import { testMail, testSms } from "@/lib/features/installation/send-test";
import { createInvitation, revokeInvitation } from "@/lib/features/invitations/commands";
import type { SentInvitationDto } from "@/lib/features/invitations/schemas";
import { setSmsBudget } from "@/lib/features/sms-budget/commands";
import type { SmsBudgetDto } from "@/lib/features/sms-budget/schemas";
import { createToken, revokeToken } from "@/lib/features/tokens/commands";
import type { TokenDto } from "@/lib/features/tokens/schemas";
import {
  changePassword,
  deleteUser,
  resetPassword,
  revokeSession,
  revokeSessions,
  setPreferences,
  updateUser,
} from "@/lib/features/users/commands";
import type { UserDto } from "@/lib/features/users/schemas";
import { type ActionResult, runAction } from "@/lib/http/action";
import { currentSession } from "@/lib/http/actor";
import { oneTimePassword } from "./_components/one-time-password";

/** Replaces the SMS budget. */
export async function saveSmsBudget(input: unknown): Promise<ActionResult<SmsBudgetDto>> {
  return runAction((actor) => setSmsBudget({ actor, input }));
}

export async function saveMail(input: unknown): Promise<ActionResult<MailDto>> {
  return runAction((actor) => setMail({ actor, input }));
}

export async function deleteMail(): Promise<ActionResult<void>> {
  return runAction((actor) => removeMail({ actor }));
}

export async function sendTestMail(input: unknown): Promise<ActionResult<TestDto>> {
  return runAction((actor) => testMail({ actor, input }));
}

export async function saveTwilio(input: unknown): Promise<ActionResult<TwilioDto>> {
  return runAction((actor) => setTwilio({ actor, input }));
}

export async function deleteTwilio(): Promise<ActionResult<void>> {
  return runAction((actor) => removeTwilio({ actor }));
}

export async function sendTestSms(input: unknown): Promise<ActionResult<TestDto>> {
  return runAction((actor) => testSms({ actor, input }));
}

/** Sets how long events are kept; older ones are deleted at once. */
export async function saveRetention(input: unknown): Promise<ActionResult<RetentionDto>> {
  return runAction((actor) => setRetention({ actor, input }));
}

/** Invites somebody; the link is answered where no mail went out. */
export async function invite(input: unknown): Promise<ActionResult<SentInvitationDto>> {
  return runAction((actor) => createInvitation({ actor, input }));
}

export async function endInvitation(id: string): Promise<ActionResult<void>> {
  return runAction((actor) => revokeInvitation({ actor, id: String(id) }));
}

export async function changeRole(id: string, role: string): Promise<ActionResult<UserDto>> {
  return runAction((actor) => updateUser({ actor, id: String(id), input: { role } }));
}

/** Replaces somebody's password by one that is shown this once, and ends their sessions. */
export async function replacePassword(id: string): Promise<ActionResult<{ password: string }>> {
  return runAction(async (actor) => {
    const password = oneTimePassword();
    await resetPassword({ actor, id: String(id), input: { password } });
    return { password };
  });
}

export async function removeUser(id: string): Promise<ActionResult<void>> {
  return runAction((actor) => deleteUser({ actor, id: String(id) }));
}

export async function endSession(id: string): Promise<ActionResult<void>> {
  return runAction((actor) => revokeSession({ actor, id: String(id) }));
}

/** Ends all of one's own sessions but the one this is done from. */
export async function endOtherSessions(): Promise<ActionResult<number>> {
  return runAction(async (actor) => {
    const session = await currentSession();
    return revokeSessions({
      actor,
      user: actor.id,
      ...(session === null ? {} : { keepSession: session.id }),
    });
  });
}

export async function changeOwnPassword(input: unknown): Promise<ActionResult<void>> {
  return runAction(async (actor) => {
    const session = await currentSession();
    await changePassword({ actor, input, ...(session === null ? {} : { keepSession: session.id }) });
  });
}

/** Changes how one sees pages, on every browser. */
export async function savePreferences(input: unknown): Promise<ActionResult<Preferences>> {
  return runAction((actor) => setPreferences({ actor, input }));
}

export async function addToken(input: unknown): Promise<ActionResult<TokenDto & { token: string }>> {
  return runAction((actor) => createToken({ actor, input }));
}

export async function endToken(id: string): Promise<ActionResult<void>> {
  return runAction((actor) => revokeToken({ actor, id: String(id) }));
}
