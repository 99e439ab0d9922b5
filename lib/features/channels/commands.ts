import { channelOf } from "@/lib/channels/registry";
import { testNotification } from "@/lib/channels/sample";
import { newId } from "@/lib/crypto";
import { Prisma, type Tx } from "@/lib/db/client";
import type { Actor } from "@/lib/domain/access/actor";
import { isChannelKind } from "@/lib/domain/delivery/kind";
import type { QuietHours } from "@/lib/domain/delivery/quiet";
import { AppError, parse } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { authorise, recordChange, write } from "../command";
import { getDelivery } from "../deliveries/queries";
import { queueDelivery, reconsiderQuiet, suppressPending } from "../deliveries/queue";
import type { DeliveryDto } from "../deliveries/schemas";
import { waitForOutcome } from "../deliveries/wait";
import { missingSecrets, resealConfig, type StoredConfig, sealConfig } from "./config";
import { getChannel, noChannel, storedConfig } from "./queries";
import { type ChannelDto, createChannelSchema, testChannelSchema, updateChannelSchema } from "./schemas";

/** A new channel with the secrets that were made for it: shown once, stored encrypted. */
export type CreatedChannel = ChannelDto & { generated?: Record<string, string> };

/** Needs `operator`. Throws `invalid`. */
export async function createChannel({
  actor,
  input,
}: {
  actor: Actor;
  input: unknown;
}): Promise<CreatedChannel> {
  authorise(actor, "operator");
  const { name, kind, config, enabled, quiet_hours, fallback } = parse(createChannelSchema, input);
  const generated = missingSecrets(channelOf(kind), config);
  const sealed = sealConfig(channelOf(kind), { ...config, ...generated }, runtime().keyring);
  const id = newId("chan");
  await write(async (tx) => {
    await checkFallback(tx, id, fallback);
    await tx.channel.create({
      data: {
        id,
        name,
        kind,
        enabled,
        createdBy: actor.name,
        ...columns(sealed),
        ...sending({ quiet_hours, fallback }),
      },
    });
    await recordChange(tx, actor, {
      action: "channel.create",
      entity: "channel",
      entityId: id,
      changes: {
        name,
        kind,
        enabled,
        ...shown(sealed),
        ...(quiet_hours === null ? {} : { quiet_hours }),
        ...(fallback === null ? {} : { fallback }),
      },
    });
  });
  announceHere("channel", id);
  return { ...(await getChannel(id)), ...(Object.keys(generated).length === 0 ? {} : { generated }) };
}

/**
 * Needs `operator`. Switched off, its waiting messages are suppressed; with other quiet hours, those held for them are
 * looked at anew. Throws `not_found`, `invalid`.
 */
export async function updateChannel({
  actor,
  id,
  input,
}: {
  actor: Actor;
  id: string;
  input: unknown;
}): Promise<ChannelDto> {
  authorise(actor, "operator");
  const { name, config, enabled, quiet_hours, fallback } = parse(updateChannelSchema, input);
  await write(async (tx) => {
    const row = await lockChannel(tx, id);
    const sealed = config === undefined ? undefined : reseal(row, config);
    await checkFallback(tx, id, fallback ?? null);
    const changes = {
      ...(name === undefined ? {} : { name }),
      ...(enabled === undefined ? {} : { enabled }),
    };
    await tx.channel.update({
      where: { id },
      data: {
        ...changes,
        ...sending({ quiet_hours, fallback }),
        // Whether it still fails, only the next message tells.
        ...(sealed === undefined ? {} : { ...columns(sealed), failingSince: null, lastError: null }),
      },
    });
    if (enabled === false) await suppressPending(tx, id, "The channel was switched off");
    if (quiet_hours !== undefined) await reconsiderQuiet(tx, id);
    await recordChange(tx, actor, {
      action: "channel.update",
      entity: "channel",
      entityId: id,
      changes: {
        ...changes,
        ...(sealed === undefined ? {} : shown(sealed)),
        ...(quiet_hours === undefined ? {} : { quiet_hours }),
        ...(fallback === undefined ? {} : { fallback }),
      },
    });
  });
  announceHere("channel", id);
  return getChannel(id);
}

/**
 * Takes the channel off every rule that names it; its waiting messages are suppressed, its deliveries stay to be read.
 * Needs `operator`. Throws `not_found`.
 */
export async function deleteChannel({ actor, id }: { actor: Actor; id: string }): Promise<void> {
  authorise(actor, "operator");
  const rules = await write(async (tx) => {
    const { name } = await lockChannel(tx, id);
    await tx.channel.update({ where: { id }, data: { deletedAt: new Date() } });
    await suppressPending(tx, id, "The channel was deleted");
    await tx.channel.updateMany({ where: { fallbackId: id }, data: { fallbackId: null } });
    const touched = await tx.$queryRaw<{ id: string }[]>`
      UPDATE rule SET version = version + 1, updated_at = now(),
             definition = definition || jsonb_build_object('channels', (definition->'channels') - ${id}::text)
               || CASE WHEN definition ? 'escalation' THEN jsonb_build_object('escalation', (
                 SELECT coalesce(jsonb_agg(jsonb_set(step, '{channels}', (step->'channels') - ${id}::text) ORDER BY n)
                                   FILTER (WHERE (step->'channels') - ${id}::text <> '[]'), '[]')
                   FROM jsonb_array_elements(definition->'escalation') WITH ORDINALITY AS steps(step, n))) ELSE '{}' END
       WHERE deleted_at IS NULL AND (definition->'channels' ? ${id}::text
             OR jsonb_path_exists(definition, '$.escalation[*].channels[*] ? (@ == $id)', ${{ id }}::jsonb))
      RETURNING id`;
    for (const rule of touched) {
      await recordChange(tx, actor, {
        action: "rule.update",
        entity: "rule",
        entityId: rule.id,
        changes: { channel_removed: id },
      });
    }
    await recordChange(tx, actor, {
      action: "channel.delete",
      entity: "channel",
      entityId: id,
      changes: { name, rules: touched.map((rule) => rule.id) },
    });
    return touched;
  });
  for (const rule of rules) announceHere("rule", rule.id);
  announceHere("channel", id);
}

/**
 * Sends a test message the way every message is sent, also while the channel is switched off, and waits up to 20 s for
 * what became of it. Needs `operator`. Throws `not_found`, `invalid`.
 */
export async function testChannel({
  actor,
  id,
  input = {},
}: {
  actor: Actor;
  id: string;
  input?: unknown;
}): Promise<DeliveryDto> {
  authorise(actor, "operator");
  const { time_zone } = parse(testChannelSchema, input);
  const delivery = await write(async (tx) => {
    const { name } = await lockChannel(tx, id);
    const notification = testNotification({
      channelName: name,
      at: Date.now(),
      zone: time_zone,
      link: `${runtime().env.appUrl}/channels/${id}`,
    });
    const queued = await queueDelivery(tx, { channelId: id, kind: "test", notification });
    await recordChange(tx, actor, {
      action: "channel.test",
      entity: "channel",
      entityId: id,
      changes: { delivery: queued },
    });
    return queued;
  });
  await waitForOutcome(delivery);
  return getDelivery(delivery);
}

/** The columns of when and where else a channel sends; what is undefined stays as it is. */
function sending({
  quiet_hours,
  fallback,
}: {
  quiet_hours?: QuietHours | null | undefined;
  fallback?: string | null | undefined;
}) {
  return {
    ...(quiet_hours === undefined ? {} : { quietHours: quiet_hours ?? Prisma.DbNull }),
    ...(fallback === undefined ? {} : { fallbackId: fallback }),
  };
}

async function checkFallback(tx: Tx, id: string, fallback: string | null): Promise<void> {
  if (fallback === null) return;
  const found = fallback === id ? 0 : await tx.channel.count({ where: { id: fallback, deletedAt: null } });
  if (found > 0) return;
  const message = fallback === id ? "expected another channel than this one" : "there is no such channel";
  throw new AppError("invalid", `fallback: ${message}`, { issues: [{ path: "fallback", message }] });
}

type ChannelRow = Prisma.ChannelGetPayload<true>;

/** The row's lock makes changes of one channel follow each other. */
async function lockChannel(tx: Tx, id: string): Promise<ChannelRow> {
  await tx.$queryRaw`SELECT 1 FROM channel WHERE id = ${id} FOR NO KEY UPDATE`;
  const row = await tx.channel.findFirst({ where: { id, deletedAt: null } });
  if (row === null) throw noChannel(id);
  return row;
}

function reseal(row: ChannelRow, config: Record<string, unknown>): StoredConfig {
  if (!isChannelKind(row.kind)) {
    throw new AppError("conflict", `This version of Keygauge does not know the kind ${row.kind}.`);
  }
  return resealConfig(channelOf(row.kind), storedConfig(row), config, runtime().keyring);
}

const columns = ({ config, secrets }: StoredConfig) => ({
  config: config as Prisma.InputJsonObject,
  secrets,
});

/** For the audit log: that a secret was set, never what it is. */
const shown = ({ config, secrets }: StoredConfig): Prisma.InputJsonObject => ({
  config: config as Prisma.InputJsonObject,
  ...(secrets === null ? {} : { secrets: "[set]" }),
});

/** This server's caches follow before the answer goes out; the others' by the NOTIFY of recordChange. */
function announceHere(entity: string, id: string): void {
  runtime().changed.emit({ entity, id });
}
