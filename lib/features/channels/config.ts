import type { Channel } from "@/lib/channels/channel";
import { decrypt, encrypt, type Keyring } from "@/lib/crypto";
import { AppError, parse } from "@/lib/errors";

type Fields = Record<string, unknown>;

/** A channel's configuration as it is stored: what may be read, hints of secrets included, and the encrypted secrets. */
export interface StoredConfig {
  config: Fields;
  secrets: string | null;
}

/** Checks a configuration and seals its secrets. Throws `invalid` with paths below `config`. */
export function sealConfig(channel: Channel<unknown>, given: Fields, ring: Keyring): StoredConfig {
  const parsed = parseConfig(channel, given) as Fields;
  const entries = Object.entries(parsed).filter(([, value]) => value !== undefined);
  const secrets = Object.fromEntries(entries.filter(([field]) => isSecret(channel, field)));
  const open = Object.fromEntries(entries.filter(([field]) => !isSecret(channel, field)));
  const sealed = Object.keys(secrets).length === 0 ? null : encrypt(ring, JSON.stringify(secrets));
  return { config: { ...open, ...channel.hints?.(parsed) }, secrets: sealed };
}

/** The secrets that a new channel was not given, made here; empty when there are none to make. */
export function missingSecrets(channel: Channel<unknown>, given: Fields): Record<string, string> {
  const made = Object.entries(channel.generate?.() ?? {}) as [string, string][];
  return Object.fromEntries(made.filter(([field]) => given[field] === undefined));
}

/** The whole configuration, parsed. Throws `internal` when the secrets cannot be read, `invalid`. */
export function openConfig(channel: Channel<unknown>, stored: StoredConfig, ring: Keyring): unknown {
  return parseConfig(channel, { ...stored.config, ...openSecrets(stored, ring) });
}

/**
 * As `sealConfig`; secrets that `given` leaves out, or that are no more than their hints, are kept, and those that are
 * null are dropped.
 */
export function resealConfig(
  channel: Channel<unknown>,
  stored: StoredConfig,
  given: Fields,
  ring: Keyring,
): StoredConfig {
  const isHint = (field: string, value: unknown) =>
    isSecret(channel, field) && value !== undefined && value === stored.config[field];
  const changes = Object.entries(given).filter(([field, value]) => !isHint(field, value));
  const whole = { ...openSecrets(stored, ring), ...Object.fromEntries(changes) };
  const dropped = (field: string) => isSecret(channel, field) && whole[field] === null;
  return sealConfig(
    channel,
    Object.fromEntries(Object.entries(whole).filter(([field]) => !dropped(field))),
    ring,
  );
}

/** The names of the secrets that are set. */
export const sealedFields = (stored: StoredConfig, ring: Keyring): string[] =>
  Object.keys(openSecrets(stored, ring)).sort();

function openSecrets({ secrets }: StoredConfig, ring: Keyring): Fields {
  if (secrets === null) return {};
  try {
    return JSON.parse(decrypt(ring, secrets)) as Fields;
  } catch (cause) {
    throw new AppError("internal", "The channel's secrets cannot be read: enter them again.", { cause });
  }
}

const isSecret = (channel: Channel<unknown>, field: string): boolean =>
  (channel.secretFields as readonly string[]).includes(field);

function parseConfig(channel: Channel<unknown>, given: Fields): unknown {
  return parse(
    {
      safeParse(input: unknown) {
        const result = channel.configSchema.safeParse(input);
        if (result.success) return result;
        const issues = result.error.issues.map((issue) => ({ ...issue, path: ["config", ...issue.path] }));
        return { success: false as const, error: { issues } };
      },
    },
    given,
  );
}
