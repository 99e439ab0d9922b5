import type { Actor } from "@/lib/domain/access/actor";
import { serverOf } from "@/lib/domain/delivery/sender";
import { runtime, type Settings } from "@/lib/runtime";
import { authorise } from "../command";
import type { MailDto, RetentionDto, TwilioDto } from "./schemas";
import { MAIL, RETENTION, type StoredMail, type StoredRetention, type StoredTwilio, TWILIO } from "./stored";

const CONSOLE = "console";

/** What somebody set in the console; null when nobody has. */
export async function stored<T>(name: string): Promise<T | null> {
  const row = await runtime().db.prisma.setting.findUnique({ where: { name } });
  return (row?.value as T | undefined) ?? null;
}

/** The mail server in force, its password aside. Needs `admin`. */
export async function getMail({ actor }: { actor: Actor }): Promise<MailDto> {
  authorise(actor, "admin");
  const { smtpUrl, mailFrom } = runtime().env;
  const fromEnvironment = mailFrom === undefined ? {} : { from: mailFrom, from_set_by: "MAIL_FROM" };
  if (smtpUrl !== undefined) {
    const { hasPassword, ...server } = serverOf(smtpUrl);
    const rest = { has_password: hasPassword, from: null, from_set_by: null };
    return { set_by: "SMTP_URL", ...server, ...rest, ...fromEnvironment };
  }
  const mail = await stored<StoredMail>(MAIL);
  if (mail === null) {
    const server = { host: null, port: null, security: null, user: null, has_password: false };
    return { set_by: null, ...server, from: null, from_set_by: null, ...fromEnvironment };
  }
  const { host, port, security, user, password, from } = mail;
  return {
    set_by: CONSOLE,
    host,
    port,
    security,
    user,
    has_password: password !== null,
    from,
    from_set_by: CONSOLE,
    ...fromEnvironment,
  };
}

/** The Twilio account in force, its token aside. Needs `admin`. */
export async function getTwilio({ actor }: { actor: Actor }): Promise<TwilioDto> {
  authorise(actor, "admin");
  const { twilio } = runtime().env;
  if (twilio !== undefined) {
    const { accountSid, from } = twilio;
    return { set_by: "TWILIO_ACCOUNT_SID", account_sid: accountSid, has_auth_token: true, from };
  }
  const kept = await stored<StoredTwilio>(TWILIO);
  if (kept === null) return { set_by: null, account_sid: null, has_auth_token: false, from: null };
  return { set_by: CONSOLE, account_sid: kept.account_sid, has_auth_token: true, from: kept.from };
}

/** How long events are kept, and what they take on disk as it was measured now. Needs `admin`. */
export async function getRetention({ actor }: { actor: Actor }): Promise<RetentionDto> {
  authorise(actor, "admin");
  const { env, settings, db } = runtime();
  const kept = await stored<StoredRetention>(RETENTION);
  const setBy =
    env.retentionEventsDays !== undefined ? "RETENTION_EVENTS_DAYS" : kept === null ? null : CONSOLE;
  // By the day's partition; the number of its rows is the one that the database estimates.
  const { rows } = await db.pool.query<{ day: string; events: number; bytes: number }>(
    `SELECT to_char(to_date(right(c.relname, 8), 'YYYYMMDD'), 'YYYY-MM-DD') AS day,
            greatest(c.reltuples, 0)::int8 AS events, pg_total_relation_size(c.oid)::int8 AS bytes
       FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      WHERE i.inhparent = 'usage_event'::regclass AND pg_relation_size(c.oid) > 0 ORDER BY 1`,
  );
  const { rows: sizes } = await db.pool.query<{ usage: number; total: number }>(
    `SELECT coalesce((SELECT sum(pg_total_relation_size(i.inhrelid)) FROM pg_inherits i
                       WHERE i.inhparent = ANY($1::regclass[])), 0)::int8 AS usage,
            pg_database_size(current_database())::int8 AS total`,
    [["usage_10s", "usage_minute", "usage_hour", "usage_breakdown"]],
  );
  return {
    set_by: setBy,
    events_days: settings.retentionEventsDays,
    events_bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0),
    events: rows.reduce((sum, { events }) => sum + events, 0),
    oldest_day: rows[0]?.day ?? null,
    usage_bytes: sizes[0]?.usage ?? 0,
    total_bytes: sizes[0]?.total ?? 0,
    days: rows,
  };
}

/** What is in force here, for pages that show whether it is set. */
export const inForce = (): Settings => runtime().settings;
