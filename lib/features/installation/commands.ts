import { encrypt } from "@/lib/crypto";
import type { Prisma, Tx } from "@/lib/db/client";
import { maintainPartitions } from "@/lib/db/partitions";
import type { Actor } from "@/lib/domain/access/actor";
import { AppError, parse } from "@/lib/errors";
import { log } from "@/lib/log";
import { runtime } from "@/lib/runtime";
import { authorise, recordChange, write } from "../command";
import { getMail, getRetention, getTwilio } from "./queries";
import {
  type MailDto,
  mailSchema,
  type RetentionDto,
  retentionSchema,
  type TwilioDto,
  twilioSchema,
} from "./schemas";
import { loadSettings, MAIL, RETENTION, type StoredMail, type StoredTwilio, TWILIO } from "./stored";

/**
 * Sets the mail server, for every server at once. A password that is left out is kept, but not for another server. Needs
 * `admin`. Throws `conflict` while the environment sets it, `invalid`.
 */
export async function setMail({ actor, input }: { actor: Actor; input: unknown }): Promise<MailDto> {
  authorise(actor, "admin");
  assertFree("SMTP_URL", runtime().env.smtpUrl);
  const { password, ...rest } = parse(mailSchema, input);
  await store(actor, MAIL, "mail.update", async (tx) => {
    const before = await storedIn<StoredMail>(tx, MAIL);
    const moved = before !== null && (before.host !== rest.host || before.user !== rest.user);
    if (password === undefined && moved && before.password !== null) {
      throw wrong("password", "enter it again: it is kept for the server and user it was entered for");
    }
    const sealed = password === undefined ? (before?.password ?? null) : seal(password);
    if (sealed !== null && rest.user === null) throw wrong("user", "is needed with a password");
    return { value: { ...rest, password: sealed }, changes: { ...rest, password: secretChange(password) } };
  });
  return getMail({ actor });
}

/** Takes the mail server away: e-mails are kept again. Needs `admin`. Throws `not_found`. */
export async function removeMail({ actor }: { actor: Actor }): Promise<void> {
  authorise(actor, "admin");
  await remove(actor, MAIL, "mail.delete");
}

/**
 * Sets the Twilio account that sends SMS, for every server at once. A token that is left out is kept, but not for another
 * account. Needs `admin`. Throws `conflict` while the environment sets it, `invalid`.
 */
export async function setTwilio({ actor, input }: { actor: Actor; input: unknown }): Promise<TwilioDto> {
  authorise(actor, "admin");
  assertFree("TWILIO_ACCOUNT_SID", runtime().env.twilio?.accountSid);
  const { auth_token: token, ...rest } = parse(twilioSchema, input);
  await store(actor, TWILIO, "twilio.update", async (tx) => {
    const before = await storedIn<StoredTwilio>(tx, TWILIO);
    const kept = before?.account_sid === rest.account_sid ? before.auth_token : null;
    const sealed = token == null ? kept : seal(token);
    if (sealed === null) throw wrong("auth_token", "expected the account's auth token");
    return { value: { ...rest, auth_token: sealed }, changes: { ...rest, auth_token: secretChange(token) } };
  });
  return getTwilio({ actor });
}

/** Takes the account away: SMS are kept again. Needs `admin`. Throws `not_found`. */
export async function removeTwilio({ actor }: { actor: Actor }): Promise<void> {
  authorise(actor, "admin");
  await remove(actor, TWILIO, "twilio.delete");
}

/**
 * Sets how long single events are kept; null is the default. What is older goes at once, and does not come back. Needs
 * `admin`. Throws `conflict` while the environment sets it, `invalid`.
 */
export async function setRetention({
  actor,
  input,
}: {
  actor: Actor;
  input: unknown;
}): Promise<RetentionDto> {
  authorise(actor, "admin");
  const current = runtime();
  assertFree("RETENTION_EVENTS_DAYS", current.env.retentionEventsDays);
  const { events_days: days } = parse(retentionSchema, input);
  // Before older events are taken anywhere, there is room for them.
  if (days !== null && days > current.settings.retentionEventsDays) {
    await maintainPartitions(current.db.pool, Date.now(), days);
  }
  if (days === null) await remove(actor, RETENTION, "retention.reset", true);
  else {
    await store(actor, RETENTION, "retention.update", async () => ({
      value: { events_days: days },
      changes: { events_days: days },
    }));
  }
  // Those in force, whoever changed them last. What fails here is done by maintenance within the hour.
  await maintainPartitions(current.db.pool, Date.now(), current.settings.retentionEventsDays).catch((error) =>
    log.warn({ err: error }, "Partitions could not be brought to the new retention yet"),
  );
  return getRetention({ actor });
}

interface Stored {
  value: Prisma.InputJsonObject;
  /** For the audit log, without secrets. */
  changes: Prisma.InputJsonObject;
}

async function store(
  actor: Actor,
  name: string,
  action: string,
  make: (tx: Tx) => Promise<Stored>,
): Promise<void> {
  await write(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(7420007)`;
    const { value, changes } = await make(tx);
    await tx.setting.upsert({ where: { name }, create: { name, value }, update: { value } });
    await recordChange(tx, actor, { action, entity: "setting", entityId: name, changes });
  });
  await loadSettings(runtime());
}

async function remove(actor: Actor, name: string, action: string, absent = false): Promise<void> {
  await write(async (tx) => {
    const { count } = await tx.setting.deleteMany({ where: { name } });
    if (count === 0 && absent) return;
    if (count === 0) throw new AppError("not_found", "It is not set in the console.");
    await recordChange(tx, actor, { action, entity: "setting", entityId: name });
  });
  await loadSettings(runtime());
}

async function storedIn<T>(tx: Tx, name: string): Promise<T | null> {
  const row = await tx.setting.findUnique({ where: { name } });
  return (row?.value as T | undefined) ?? null;
}

const seal = (secret: string | null): string | null =>
  secret === null ? null : encrypt(runtime().keyring, secret);

const secretChange = (secret: string | null | undefined): string =>
  secret === undefined ? "[kept]" : secret === null ? "[none]" : "[set]";

function assertFree(variable: string, value: unknown): void {
  if (value === undefined) return;
  throw new AppError(
    "conflict",
    `${variable} is set in the environment, which wins. Take it out there first.`,
  );
}

const wrong = (path: string, message: string): AppError =>
  new AppError("invalid", `${path}: ${message}`, { issues: [{ path, message }] });
