import { channelOf } from "@/lib/channels/registry";
import type { Prisma } from "@/lib/db/client";
import { isChannelKind } from "@/lib/domain/delivery/kind";
import type { QuietHours } from "@/lib/domain/delivery/quiet";
import { AppError, parse } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { decodeTimeCursor, type Page, pageSchema, toPage } from "../page";
import { type StoredConfig, sealedFields } from "./config";
import type { ChannelDto } from "./schemas";

type ChannelRow = Prisma.ChannelGetPayload<true>;

/** Channels, the oldest first. Throws `invalid`. */
export async function listChannels(params: unknown): Promise<Page<ChannelDto>> {
  const { limit, cursor } = parse(pageSchema, params);
  const after = cursor === undefined ? undefined : decodeTimeCursor(cursor);
  const rows = await runtime().db.prisma.channel.findMany({
    where: {
      deletedAt: null,
      ...(after === undefined
        ? {}
        : { OR: [{ createdAt: { gt: after.at } }, { createdAt: after.at, id: { gt: after.id } }] }),
    },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    take: limit + 1,
  });
  const [rules, optedOut] = await Promise.all([rulesByChannel(rows.map(({ id }) => id)), optedOutOf(rows)]);
  return toPage(
    rows,
    limit,
    (row) => toDto(row, rules.get(row.id) ?? [], optedOut),
    (row) => [row.createdAt.getTime(), row.id],
  );
}

/** Throws `not_found`. */
export async function getChannel(id: string): Promise<ChannelDto> {
  const row = await runtime().db.prisma.channel.findFirst({ where: { id, deletedAt: null } });
  if (row === null) throw noChannel(id);
  const [rules, optedOut] = await Promise.all([rulesByChannel([id]), optedOutOf([row])]);
  return toDto(row, rules.get(id) ?? [], optedOut);
}

export const noChannel = (id: string): AppError =>
  new AppError("not_found", `There is no channel ${id.slice(0, 40)}.`);

/** The stored configuration of a row. */
export const storedConfig = (row: Pick<ChannelRow, "config" | "secrets">): StoredConfig => ({
  config: row.config as Record<string, unknown>,
  secrets: row.secrets,
});

const numbersOf = ({ kind, config }: ChannelRow): string[] => {
  const { to } = config as { to?: unknown };
  return kind === "sms" && Array.isArray(to) ? to.map(String) : [];
};

async function optedOutOf(rows: readonly ChannelRow[]): Promise<Set<string>> {
  const numbers = rows.flatMap(numbersOf);
  if (numbers.length === 0) return new Set();
  const found = await runtime().db.prisma.phoneOptOut.findMany({ where: { number: { in: numbers } } });
  return new Set(found.map(({ number }) => number));
}

function toDto(row: ChannelRow, rules: ChannelDto["rules"], optedOut: ReadonlySet<string>): ChannelDto {
  const { env, settings, keyring } = runtime();
  const configured = isChannelKind(row.kind)
    ? channelOf(row.kind).isConfigured({ ...env, ...settings })
    : { ok: false as const, missing: `a version of Keygauge that knows ${row.kind}` };
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    config: storedConfig(row).config,
    secrets: readableFields(storedConfig(row), keyring),
    enabled: row.enabled,
    configured: configured.ok,
    missing: configured.ok ? null : configured.missing,
    failing_since: row.failingSince?.toISOString() ?? null,
    last_error: row.lastError,
    last_sent_at: row.lastSentAt?.toISOString() ?? null,
    quiet_hours: row.quietHours as QuietHours | null,
    fallback: row.fallbackId,
    opted_out: numbersOf(row).filter((number) => optedOut.has(number)),
    rules,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}

/** Secrets that cannot be read are as good as none; sending says so. */
function readableFields(...args: Parameters<typeof sealedFields>): string[] {
  try {
    return sealedFields(...args);
  } catch {
    return [];
  }
}

async function rulesByChannel(ids: string[]): Promise<Map<string, ChannelDto["rules"]>> {
  const found = new Map<string, ChannelDto["rules"]>();
  if (ids.length === 0) return found;
  const { rows } = await runtime().db.pool.query<{ id: string; name: string; channels: string[] }>(
    `SELECT id, name, channels
       FROM rule, LATERAL (
         SELECT array_agg(DISTINCT channel) AS channels
           FROM (SELECT jsonb_path_query(definition, '$.channels[*]') #>> '{}' AS channel
                 UNION ALL SELECT jsonb_path_query(definition, '$.escalation[*].channels[*]') #>> '{}') AS named
          WHERE channel = ANY($1)) AS used
      WHERE deleted_at IS NULL AND channels IS NOT NULL ORDER BY name, id`,
    [ids],
  );
  for (const { id, name, channels } of rows) {
    for (const channel of channels) found.set(channel, [...(found.get(channel) ?? []), { id, name }]);
  }
  return found;
}
