import type { z } from "zod";
import type { Notification } from "./notification";

/** What the administrator set for all channels. `env()` has this shape; tests pass their own. */
export interface ChannelSettings {
  /** Without a trailing slash. */
  appUrl: string;
  smtpUrl?: string | undefined;
  /** `Keygauge <keygauge@example.com>`; absent: `keygauge@` and the host of `appUrl`. */
  mailFrom?: string | undefined;
  twilio?: TwilioChannelSettings | undefined;
  /** Private names, addresses and CIDRs that messages may go to. */
  allowHosts?: readonly string[] | undefined;
  timeouts?: ChannelTimeouts | undefined;
  /** Where providers can call Keygauge, without a trailing slash; absent when they cannot. */
  callbackUrl?: string | undefined;
}

export interface TwilioChannelSettings {
  accountSid: string;
  authToken: string;
  /** A number, a sender name, or the SID of a messaging service. */
  from: string;
  baseUrl?: string | undefined;
}

/** Milliseconds. A send as a whole must end well before the delivery's lease of 30 s does. */
export interface ChannelTimeouts {
  /** DNS and TCP, and each silence of the server until then. */
  connectMs: number;
  /** The longest silence of the server once connected. */
  idleMs: number;
  /** The whole send. */
  totalMs: number;
}

export const DEFAULT_TIMEOUTS: ChannelTimeouts = { connectMs: 6_000, idleMs: 10_000, totalMs: 20_000 };

/** A recipient that the provider has accepted the message for. */
export interface Reached {
  to: string;
  providerId?: string | undefined;
}

export interface SendContext {
  settings: ChannelSettings;
  /** The delivery's id: the same at each attempt, and the base of every id the provider sees. */
  idempotencyKey: string;
  /** 1 for the first. */
  attempt: number;
  /** An earlier attempt may have reached the provider (a recorded ambiguity). */
  maybeSentBefore: boolean;
  /** Recipients that earlier attempts reached; they get nothing again. Take it from the last result. */
  reached: readonly Reached[];
  /** What the channel was told of the same incident before, the oldest first; of systems that keep incidents only. */
  earlier: readonly Notification[];
  /** Where a recipient takes itself off this channel by one POST (RFC 8058). */
  unsubscribe?: ((to: string) => string) | undefined;
  /** Recipients who have asked for no more messages. */
  optedOut?: readonly string[] | undefined;
  signal: AbortSignal;
  /** Epoch milliseconds. */
  now: number;
}

interface Said {
  /** The provider's words, short and without secrets. */
  response?: string | undefined;
  /** Everybody reached so far, earlier attempts included; store it and hand it to the next attempt. */
  reached: Reached[];
  /** Recipients of whom the provider says that they want no more messages. */
  optedOut?: string[] | undefined;
}

/** What became of one attempt; the kinds decide the retry. */
export type SendResult =
  /** The provider has accepted it for everybody who can be reached. */
  | ({ outcome: "sent"; providerId?: string | undefined } & Said)
  /** Certainly not accepted for those who are not in `reached`; worth another try. */
  | ({ outcome: "not_sent"; error: string; retryAfterS?: number | undefined } & Said)
  /** Certainly not accepted, and another try would be answered alike. */
  | ({ outcome: "permanent"; error: string } & Said)
  /** Nobody knows; the next attempt has to say `maybeSentBefore`. */
  | ({ outcome: "ambiguous"; error: string; retryAfterS?: number | undefined } & Said);

/** A message as its recipients read it; also kept for channels that are not configured. */
export interface RenderedMessage {
  from: string;
  to: string[];
  subject?: string | undefined;
  text: string;
  html?: string | undefined;
}

/**
 * What every kind of channel implements. `send` never throws: a failure is a result. `render` and `send` take a
 * config that `configSchema` has parsed.
 */
export interface Channel<Config> {
  readonly kind: string;
  readonly configSchema: z.ZodType<Config>;
  /** Fields of the config that are stored encrypted and never read back. */
  readonly secretFields: readonly (keyof Config & string)[];
  /** What may be shown of secret fields; those left out are not shown at all. */
  hints?(config: Config): { [Field in keyof Config & string]?: string };
  /** Makes the secret fields that a new channel was not given; their owner sees them once. */
  generate?(): { [Field in keyof Config & string]?: string };
  /** Where its messages go by HTTP; absent for other ways. */
  endpoint?(config: Config): string;
  isConfigured(settings: ChannelSettings): { ok: true } | { ok: false; missing: string };
  render(notification: Notification, config: Config, context: RenderContext): RenderedMessage;
  send(notification: Notification, config: Config, context: SendContext): Promise<SendResult>;
}

export type RenderContext = Pick<
  SendContext,
  "settings" | "idempotencyKey" | "maybeSentBefore" | "unsubscribe"
>;
