import { isIP } from "node:net";
import { resolve } from "node:path";
import { z } from "zod";
import { mailFrom, twilioAccount, twilioFrom } from "./domain/delivery/sender";

/** A message per variable, joined by lines; thrown at start only. */
export class EnvError extends Error {
  constructor(readonly problems: { name: string; message: string }[]) {
    super(problems.map((p) => `${p.name}: ${p.message}`).join("\n"));
    this.name = "EnvError";
  }
}

export const RETENTION_DAYS = 30;
const RETENTION_MOST_DAYS = 3650;

const url = (protocols: string[], example: string) =>
  z.string().refine(
    (value) => {
      try {
        const parsed = new URL(value);
        return protocols.includes(parsed.protocol) && parsed.hostname !== "";
      } catch {
        return false;
      }
    },
    { message: `expected a URL such as ${example}` },
  );

const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, `expected a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((n) => n >= min && n <= max, { message: `expected a whole number from ${min} to ${max}` });

const list = z.string().transform((text) =>
  text
    .split(/[\s,]+/)
    .map((part) => part.trim())
    .filter((part) => part !== ""),
);

const addressOrCidr = (entry: string): boolean => {
  const [address = "", prefix, ...rest] = entry.split("/");
  if (rest.length > 0 || isIP(address) === 0) return false;
  if (prefix === undefined) return true;
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= (isIP(address) === 4 ? 32 : 128);
};

const hostOrCidr = (entry: string): boolean =>
  addressOrCidr(entry) || /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/i.test(entry);

const schema = z.object({
  PORT: integer(0, 65535).default(3000),
  HOST: z.string().default("127.0.0.1"),
  APP_URL: url(["http:", "https:"], "https://keygauge.example.com").optional(),
  DATABASE_URL: url(["postgres:", "postgresql:"], "postgresql://user:password@host:5432/keygauge").optional(),
  KEYGAUGE_DATA_DIR: z.string().default(".data"),
  AUTH_SECRET: z
    .string()
    .min(32, "expected at least 32 characters (openssl rand -base64 32 makes one)")
    .optional(),
  SMTP_URL: url(["smtp:", "smtps:"], "smtp://user:password@mail.example.com:587").optional(),
  MAIL_FROM: mailFrom.optional(),
  TWILIO_ACCOUNT_SID: twilioAccount.optional(),
  TWILIO_AUTH_TOKEN: z.string().optional(),
  TWILIO_FROM: twilioFrom.optional(),
  TWILIO_BASE_URL: url(["http:", "https:"], "https://api.twilio.com").optional(),
  REDIS_URL: url(["redis:", "rediss:"], "redis://host:6379").optional(),
  RETENTION_EVENTS_DAYS: integer(1, RETENTION_MOST_DAYS).optional(),
  LOG_LEVEL: z
    .enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"], {
      error: "expected trace, debug, info, warn, error, fatal or silent",
    })
    .default("info"),
  TRUST_PROXY: list
    .refine((entries) => entries.every(addressOrCidr), {
      message: "expected addresses or CIDRs, separated by commas",
    })
    .default([]),
  KEYGAUGE_ALLOW_HOSTS: list
    .refine((entries) => entries.every(hostOrCidr), {
      message: "expected host names, addresses or CIDRs, separated by commas",
    })
    .default([]),
  HEARTBEAT_URL: url(["http:", "https:"], "https://hc-ping.com/<uuid>").optional(),
  KEYGAUGE_ADMIN_EMAIL: z.email("expected an e-mail address").optional(),
  KEYGAUGE_ADMIN_PASSWORD: z
    .string()
    .min(8, "expected at least 8 characters")
    .max(128, "expected at most 128 characters")
    .optional(),
  KEYGAUGE_ADMIN_TOKEN: z.string().min(8, "expected at least 8 characters").optional(),
  KEYGAUGE_INGEST_TOKEN: z.string().min(8, "expected at least 8 characters").optional(),
});

export interface TwilioSettings {
  accountSid: string;
  authToken: string;
  from: string;
  baseUrl: string | undefined;
}

export interface Env {
  port: number;
  host: string;
  /** Without a trailing slash; derived from HOST and PORT when APP_URL is absent. */
  appUrl: string;
  appUrlGiven: boolean;
  databaseUrl: string | undefined;
  /** Absolute. */
  dataDir: string;
  authSecret: string | undefined;
  smtpUrl: string | undefined;
  mailFrom: string | undefined;
  twilio: TwilioSettings | undefined;
  /** Also where the account comes from the console. */
  twilioBaseUrl: string | undefined;
  redisUrl: string | undefined;
  /** Undefined leaves it to the console. */
  retentionEventsDays: number | undefined;
  logLevel: string;
  trustProxy: string[];
  allowHosts: string[];
  heartbeatUrl: string | undefined;
  adminEmail: string | undefined;
  adminPassword: string | undefined;
  adminToken: string | undefined;
  ingestToken: string | undefined;
}

/** Checks every variable at once. An empty string counts as absent. Throws EnvError. */
export function readEnv(source: Record<string, string | undefined>): Env {
  const given = Object.fromEntries(
    Object.entries(source).filter(([, value]) => value !== undefined && value.trim() !== ""),
  );
  const result = schema.safeParse(given);
  const problems = result.success
    ? []
    : result.error.issues.map((issue) => ({
        name: String(issue.path[0] ?? "environment"),
        message: issue.message,
      }));
  const needs = (name: string, other: string) => {
    if (given[name] !== undefined && given[other] === undefined)
      problems.push({ name: other, message: `is needed with ${name}` });
  };
  needs("KEYGAUGE_ADMIN_EMAIL", "KEYGAUGE_ADMIN_PASSWORD");
  needs("KEYGAUGE_ADMIN_PASSWORD", "KEYGAUGE_ADMIN_EMAIL");
  needs("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN");
  needs("TWILIO_ACCOUNT_SID", "TWILIO_FROM");
  needs("TWILIO_AUTH_TOKEN", "TWILIO_ACCOUNT_SID");
  if (!result.success || problems.length > 0) throw new EnvError(problems);
  const e = result.data;
  return {
    port: e.PORT,
    host: e.HOST,
    appUrl: (e.APP_URL ?? `http://localhost:${e.PORT}`).replace(/\/+$/, ""),
    appUrlGiven: e.APP_URL !== undefined,
    databaseUrl: e.DATABASE_URL,
    dataDir: resolve(e.KEYGAUGE_DATA_DIR),
    authSecret: e.AUTH_SECRET,
    smtpUrl: e.SMTP_URL,
    mailFrom: e.MAIL_FROM,
    twilio:
      e.TWILIO_ACCOUNT_SID !== undefined && e.TWILIO_AUTH_TOKEN !== undefined && e.TWILIO_FROM !== undefined
        ? {
            accountSid: e.TWILIO_ACCOUNT_SID,
            authToken: e.TWILIO_AUTH_TOKEN,
            from: e.TWILIO_FROM,
            baseUrl: e.TWILIO_BASE_URL,
          }
        : undefined,
    twilioBaseUrl: e.TWILIO_BASE_URL,
    redisUrl: e.REDIS_URL,
    retentionEventsDays: e.RETENTION_EVENTS_DAYS,
    logLevel: e.LOG_LEVEL,
    trustProxy: e.TRUST_PROXY,
    allowHosts: e.KEYGAUGE_ALLOW_HOSTS,
    heartbeatUrl: e.HEARTBEAT_URL,
    adminEmail: e.KEYGAUGE_ADMIN_EMAIL,
    adminPassword: e.KEYGAUGE_ADMIN_PASSWORD,
    adminToken: e.KEYGAUGE_ADMIN_TOKEN,
    ingestToken: e.KEYGAUGE_INGEST_TOKEN,
  };
}

let cached: Env | undefined;

/** The process's environment, read once. Throws EnvError. */
export function env(): Env {
  cached ??= readEnv(process.env);
  return cached;
}
