import type { Channel } from "@/lib/channels/channel";
import { decrypt, encrypt, type Keyring } from "@/lib/crypto";
import { AppError, parse } from "@/lib/errors";

type Fields = Record<string, unknown>;

/** A channel's configuration as it is stored: what may be read, and the encrypted rest. */
export interface StoredConfig {
  config: Fields;
  secrets: string | null;
}

/** Checks a configuration and seals its secrets. Throws `invalid` with paths below `config`. */
export function sealConfig(channel: Channel<unknown>, given: Fields, ring: Keyring): StoredConfig {
  const config: Fields = {};
  const secrets: Fields = {};
  for (const [field, value] of Object.entries(parseConfig(channel, given) as Fields)) {
    (isSecret(channel, field) ? secrets : config)[field] = value;
  }
  const sealed = Object.keys(secrets).length === 0 ? null : encrypt(ring, JSON.stringify(secrets));
  return { config, secrets: sealed };
}

/** The whole configuration, parsed. Throws `internal` when the secrets cannot be read, `invalid`. */
export function openConfig(channel: Channel<unknown>, stored: StoredConfig, ring: Keyring): unknown {
  return parseConfig(channel, { ...stored.config, ...openSecrets(stored, ring) });
}

/** As `sealConfig`; secrets that `given` leaves out are kept. */
export function resealConfig(
  channel: Channel<unknown>,
  stored: StoredConfig,
  given: Fields,
  ring: Keyring,
): StoredConfig {
  return sealConfig(channel, { ...openSecrets(stored, ring), ...given }, ring);
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
