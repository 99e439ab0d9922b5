import { sign, verify } from "@/lib/crypto";
import type { Prisma, Tx } from "@/lib/db/client";
import { SYSTEM } from "@/lib/domain/access/actor";
import { AppError } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { recordChange, write } from "../command";
import { suppressPending } from "../deliveries/queue";

const signed = (payload: string): string => `unsubscribe\0${payload}`;

/**
 * Where a recipient of an e-mail channel leaves it: a POST does so at once (RFC 8058), a reader is asked first. The same
 * in every mail to that address.
 */
export function unsubscribeLink(channelId: string, address: string): string {
  const { env, keyring } = runtime();
  const payload = Buffer.from(`${channelId}\0${address}`).toString("base64url");
  return `${env.appUrl}/unsubscribe/${payload}.${sign(keyring, signed(payload))}`;
}

interface Recipient {
  channelId: string;
  address: string;
}

function readToken(token: string): Recipient {
  const [payload = "", signature = "", ...rest] = token.split(".");
  if (rest.length > 0 || !verify(runtime().keyring, signed(payload), signature)) throw badLink();
  const [channelId = "", address = ""] = Buffer.from(payload, "base64url").toString("utf8").split("\0");
  return { channelId, address };
}

const badLink = () =>
  new AppError("not_found", "This link is not one of Keygauge's, or its channel is no longer there.");

export interface Subscription {
  channel: string;
  address: string;
  /** false: the address has left already. */
  subscribed: boolean;
}

/** What the page behind a link shows before it acts. Throws `not_found` on a link that was not made here. */
export async function describeSubscription(token: string): Promise<Subscription> {
  const { channelId, address } = readToken(token);
  const row = await runtime().db.prisma.channel.findFirst({ where: { id: channelId, deletedAt: null } });
  if (row === null) throw badLink();
  const listed = recipientsOf(row.config).some((one) => same(one, address));
  // The last recipient stays in the configuration, since a channel without any could not be read.
  const last = listed && recipientsOf(row.config).length === 1;
  return { channel: row.name, address, subscribed: listed && !(last && !row.enabled) };
}

/**
 * Takes the address off its channel on behalf of whoever holds the link; done twice, nothing more happens. When nobody
 * is left, the channel is switched off instead. Throws `not_found`.
 */
export async function unsubscribeByLink(token: string): Promise<void> {
  const { channelId, address } = readToken(token);
  await write(async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM channel WHERE id = ${channelId} FOR NO KEY UPDATE`;
    const row = await tx.channel.findFirst({ where: { id: channelId, deletedAt: null } });
    if (row === null) throw badLink();
    const to = recipientsOf(row.config);
    const left = to.filter((one) => !same(one, address));
    if (left.length === to.length || (left.length === 0 && !row.enabled)) return;
    const config = { ...(row.config as Prisma.JsonObject), to: left };
    await tx.channel.update({
      where: { id: channelId },
      data: left.length === 0 ? { enabled: false } : { config },
    });
    if (left.length === 0) await suppressPending(tx, channelId, "Its last recipient has unsubscribed");
    await record(tx, { channelId, address }, row.name, left.length === 0);
  });
  runtime().changed.emit({ entity: "channel", id: channelId });
}

function record(tx: Tx, { channelId, address }: Recipient, channel: string, last: boolean): Promise<void> {
  const actor = { ...SYSTEM, id: channelId, name: `Recipient of ${channel}` };
  return recordChange(tx, actor, {
    action: "channel.unsubscribe",
    entity: "channel",
    entityId: channelId,
    changes: { address, ...(last ? { enabled: false } : {}) },
  });
}

function recipientsOf(config: Prisma.JsonValue): string[] {
  const to = typeof config === "object" && config !== null && "to" in config ? config.to : [];
  return Array.isArray(to) ? to.filter((one): one is string => typeof one === "string") : [];
}

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
