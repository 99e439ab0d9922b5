import { z } from "zod";
import {
  MAIL_SECURITY,
  type MailSecurity,
  mailFrom,
  twilioAccount,
  twilioFrom,
} from "@/lib/domain/delivery/sender";

const HOST = "expected a host name or an address";
const PORT = "expected a whole number from 1 to 65535";
const DAYS = "expected a whole number of days from 1 to 3650, or null for the default";

/** A secret that is left out is kept; null takes it away. */
const secret = z
  .string({ error: "expected a text, or null for none" })
  .min(1, "expected a text, or null for none")
  .max(500, "expected at most 500 characters")
  .nullable()
  .optional();

export const mailSchema = z.strictObject({
  host: z
    .string({ error: HOST })
    .trim()
    .toLowerCase()
    .min(1, HOST)
    .max(253, "expected at most 253 characters")
    .regex(/^([a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?|[0-9a-f:]+)$/, HOST),
  port: z.number({ error: PORT }).int(PORT).min(1, PORT).max(65_535, PORT),
  security: z.enum(MAIL_SECURITY, { error: `expected one of ${MAIL_SECURITY.join(", ")}` }),
  user: z
    .string({ error: "expected a user name, or null for none" })
    .trim()
    .min(1, "expected a user name, or null for none")
    .max(200, "expected at most 200 characters")
    .nullable()
    .default(null),
  password: secret,
  from: mailFrom.trim().max(300, "expected at most 300 characters"),
});

export const twilioSchema = z.strictObject({
  account_sid: twilioAccount.trim(),
  auth_token: secret,
  from: twilioFrom.trim(),
});

export const retentionSchema = z.strictObject({
  events_days: z.number({ error: DAYS }).int(DAYS).min(1, DAYS).max(3650, DAYS).nullable(),
});

/** Who gets a test. The channels' own schemas say what an address and a number are. */
export const testSchema = z.strictObject({ to: z.string({ error: "expected who gets it" }).trim() });

/** Where a setting comes from: a variable of the environment, which wins, or the console; null: it is not set. */
export type SetBy = string | null;

export interface MailDto {
  set_by: SetBy;
  host: string | null;
  port: number | null;
  security: MailSecurity | null;
  user: string | null;
  /** The password itself is never read. */
  has_password: boolean;
  from: string | null;
  from_set_by: SetBy;
}

export interface TwilioDto {
  set_by: SetBy;
  account_sid: string | null;
  /** The token itself is never read. */
  has_auth_token: boolean;
  from: string | null;
}

/** What became of a test: as the provider answered. */
export interface TestDto {
  outcome: "sent" | "not_sent" | "permanent" | "ambiguous";
  response: string | null;
  error: string | null;
}

export interface RetentionDto {
  set_by: SetBy;
  events_days: number;
  /** On disk, indexes included. */
  events_bytes: number;
  events: number;
  /** The oldest day that has events; null without any. */
  oldest_day: string | null;
  usage_bytes: number;
  total_bytes: number;
  days: { day: string; events: number; bytes: number }[];
}
