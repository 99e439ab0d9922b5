import { decrypt, type Keyring } from "@/lib/crypto";
import { type MailServer, smtpUrl } from "@/lib/domain/delivery/sender";
import type { Env } from "@/lib/env";
import { log } from "@/lib/log";
import { type Runtime, type Settings, settingsOf } from "@/lib/runtime";

export const MAIL = "mail";
export const TWILIO = "twilio";
export const RETENTION = "retention";
export const STORED = [MAIL, TWILIO, RETENTION];

export interface StoredMail extends Omit<MailServer, "password"> {
  /** Encrypted. */
  password: string | null;
  from: string;
}

export interface StoredTwilio {
  account_sid: string;
  /** Encrypted. */
  auth_token: string;
  from: string;
}

export interface StoredRetention {
  events_days: number;
}

interface Row {
  name: string;
  value: unknown;
}

/** The environment's settings, and those of the console where it says nothing. */
export function settingsWith(env: Env, rows: readonly Row[], keyring: Keyring): Settings {
  const stored = <T>(name: string) => rows.find((row) => row.name === name)?.value as T | undefined;
  const mail = stored<StoredMail>(MAIL);
  const twilio = stored<StoredTwilio>(TWILIO);
  const retention = stored<StoredRetention>(RETENTION);
  const given = settingsOf(env);
  const open = (secret: string | null) => (secret === null ? null : decrypt(keyring, secret));
  return {
    smtpUrl: given.smtpUrl ?? (mail && smtpUrl({ ...mail, password: open(mail.password) })),
    mailFrom: given.mailFrom ?? (given.smtpUrl === undefined ? mail?.from : undefined),
    twilio:
      given.twilio ??
      (twilio && {
        accountSid: twilio.account_sid,
        authToken: open(twilio.auth_token) ?? "",
        from: twilio.from,
        baseUrl: env.twilioBaseUrl,
      }),
    retentionEventsDays: env.retentionEventsDays ?? retention?.events_days ?? given.retentionEventsDays,
  };
}

/** Reads what the console has set and puts it in force in this process. */
export async function loadSettings(runtime: Runtime): Promise<void> {
  const { prisma } = runtime.db;
  const rows = await prisma.setting.findMany({ where: { name: { in: STORED } } });
  runtime.settings = settingsWith(runtime.env, rows, runtime.keyring);
}

const AGAIN_MS = 5_000;

/** Keeps this process's settings in force as they are changed, by whatever server. */
export function followSettings(runtime: Runtime): void {
  let timer: NodeJS.Timeout | undefined;
  let loading = false;
  let again = false;
  async function load(): Promise<void> {
    again = true;
    if (loading) return;
    loading = true;
    clearTimeout(timer);
    try {
      while (again) {
        again = false;
        await loadSettings(runtime);
      }
    } catch (error) {
      log.warn({ err: error }, "Settings that were changed cannot be read; trying again");
      timer = setTimeout(load, AGAIN_MS);
      timer.unref();
    } finally {
      loading = false;
    }
  }
  runtime.changed.subscribe(({ entity, id }) => {
    if (entity === "setting" && (id === "all" || STORED.includes(id))) void load();
  });
}
