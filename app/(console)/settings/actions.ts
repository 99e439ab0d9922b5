"use server";

import {
  removeMail,
  removeTwilio,
  setMail,
  setRetention,
  setTwilio,
} from "@/lib/features/installation/commands";
import type { MailDto, RetentionDto, TestDto, TwilioDto } from "@/lib/features/installation/schemas";
import { testMail, testSms } from "@/lib/features/installation/send-test";
import { setSmsBudget } from "@/lib/features/sms-budget/commands";
import type { SmsBudgetDto } from "@/lib/features/sms-budget/schemas";
import { createToken, revokeToken } from "@/lib/features/tokens/commands";
import type { TokenDto } from "@/lib/features/tokens/schemas";
import {
  changePassword,
  createUser,
  deleteUser,
  resetPassword,
  revokeSession,
  revokeSessions,
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

type Invited = { user: UserDto; password: string };

/** Makes an account with a password that is shown this once. */
export async function invite(input: {
  name: unknown;
  email: unknown;
  role: unknown;
}): Promise<ActionResult<Invited>> {
  return runAction(async (actor) => {
    const password = oneTimePassword();
    const { name, email, role } = input;
    const user = await createUser({ actor, input: { name, email, role, password } });
    return { user, password };
  });
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

export async function addToken(input: unknown): Promise<ActionResult<TokenDto & { token: string }>> {
  return runAction((actor) => createToken({ actor, input }));
}

export async function endToken(id: string): Promise<ActionResult<void>> {
  return runAction((actor) => revokeToken({ actor, id: String(id) }));
}
