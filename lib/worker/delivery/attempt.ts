import {
  type Channel,
  type ChannelSettings,
  DEFAULT_TIMEOUTS,
  type Reached,
  type RenderedMessage,
} from "@/lib/channels/channel";
import type { Notification } from "@/lib/channels/notification";
import { channelOf } from "@/lib/channels/registry";
import type { Keyring } from "@/lib/crypto";
import { isChannelKind } from "@/lib/domain/delivery/kind";
import type { Attempted } from "@/lib/domain/delivery/retry";
import { openConfig } from "@/lib/features/channels/config";
import { log } from "@/lib/log";
import { type Claimed, LEASE_MS } from "./claim";

/** What became of one attempt, as it is written down. */
export interface Answer extends Attempted {
  response?: string | undefined;
  providerId?: string | undefined;
  reached: Reached[];
  rendered?: RenderedMessage | undefined;
  optedOut?: readonly string[] | undefined;
}

export interface AttemptContext {
  settings: ChannelSettings;
  keyring: Keyring;
  /** Where a recipient takes itself off a channel. */
  unsubscribe?: (channelId: string, to: string) => string;
  /** What the channel was told of the incident before. */
  earlier: (claimed: Claimed) => Promise<Notification[]>;
  /** Aborts when the worker stops. */
  signal: AbortSignal;
}

/** A send that has not ended by then never will; the lease is still ours to write that down. */
const GUARD_MS = LEASE_MS - 4_000;

/** Sends a claimed delivery once. Never throws: a failure is an answer. */
export async function attempt(claimed: Claimed, context: AttemptContext): Promise<Answer> {
  const refuse = (error: string): Answer => ({ outcome: "permanent", error, reached: claimed.reached });
  const { channel: stored } = claimed;
  if (!isChannelKind(stored.kind))
    return refuse(`This version of Keygauge does not know the kind ${stored.kind}`);
  const channel = channelOf(stored.kind);
  let config: unknown;
  try {
    config = openConfig(channel, stored, context.keyring);
    const configured = channel.isConfigured(context.settings);
    if (!configured.ok)
      return kept(channel, config, claimed, context, `Not configured: set ${configured.missing}`);
  } catch (error) {
    log.error({ err: error, delivery: claimed.id, channel: stored.id }, "A channel cannot be used");
    return refuse(`The channel cannot be used: ${error instanceof Error ? error.message : String(error)}`);
  }
  return send(channel, config, claimed, context);
}

function kept(
  channel: Channel<unknown>,
  config: unknown,
  claimed: Claimed,
  { settings }: AttemptContext,
  error: string,
): Answer {
  const rendered = channel.render(claimed.notification, config, {
    settings,
    idempotencyKey: claimed.id,
    maybeSentBefore: claimed.maybeSent,
  });
  return { outcome: "unconfigured", error, reached: claimed.reached, rendered };
}

async function send(
  channel: Channel<unknown>,
  config: unknown,
  claimed: Claimed,
  { settings, signal, earlier, unsubscribe }: AttemptContext,
): Promise<Answer> {
  const unknown = (error: string): Answer => ({ outcome: "ambiguous", error, reached: claimed.reached });
  const total = (settings.timeouts ?? DEFAULT_TIMEOUTS).totalMs;
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<Answer>((resolve) => {
    timer = setTimeout(() => resolve(unknown(`No outcome within ${GUARD_MS / 1000} s`)), GUARD_MS);
  });
  let told: Notification[];
  try {
    told = await earlier(claimed);
  } catch (error) {
    log.warn({ err: error, delivery: claimed.id }, "Earlier messages cannot be read; trying again");
    clearTimeout(timer);
    return { outcome: "not_sent", error: "The database did not answer", reached: claimed.reached };
  }
  try {
    const sending = channel.send(claimed.notification, config, {
      settings,
      idempotencyKey: claimed.id,
      attempt: claimed.attempt,
      maybeSentBefore: claimed.maybeSent,
      reached: claimed.reached,
      earlier: told,
      unsubscribe: unsubscribe && ((to) => unsubscribe(claimed.channel.id, to)),
      optedOut: claimed.optedOut,
      signal: AbortSignal.any([signal, AbortSignal.timeout(total)]),
      now: claimed.at,
    });
    return await Promise.race([sending, overdue]);
  } catch (error) {
    log.error({ err: error, delivery: claimed.id }, "A channel threw instead of answering");
    return unknown(error instanceof Error ? error.message : String(error));
  } finally {
    clearTimeout(timer);
  }
}
