import { type Bucket, type Limit, refill, waitFor } from "./bucket";
import type { ChannelKind } from "./kind";

/**
 * What one channel, one phone number and one account (the Twilio account, the mail server) get at most. Numbers that
 * send in bursts are blocked by carriers (https://github.com/target/goalert/issues/1084).
 */
const CHANNEL: Limit = { burst: 500, perMinute: 120 };
/** Of kinds that people read one message at a time; chat services take about one a second. */
const CHAT: Limit = { burst: 60, perMinute: 60 };
const CHANNELS: Partial<Record<string, Limit>> = {
  sms: { burst: 30, perMinute: 30 },
  slack: CHAT,
  teams: CHAT,
  discord: CHAT,
} satisfies Partial<Record<ChannelKind, Limit>>;
const NUMBER: Limit = { burst: 10, perMinute: 3 };
const ACCOUNTS: Partial<Record<string, Limit>> = {
  email: { burst: 1_000, perMinute: 600 },
  sms: { burst: 30, perMinute: 60 },
} satisfies Partial<Record<ChannelKind, Limit>>;

/** A bucket by its name, with how many tokens a message to the channel takes from it. */
export interface Draw {
  name: string;
  limit: Limit;
  tokens: number;
}

/** What one message to a channel draws. `recipients` are an SMS channel's numbers; every one is a message of its own. */
export function drawsOf(channel: { id: string; kind: string; recipients: readonly string[] }): Draw[] {
  const draws: Draw[] = [
    { name: `channel ${channel.id}`, limit: CHANNELS[channel.kind] ?? CHANNEL, tokens: 1 },
  ];
  const account = ACCOUNTS[channel.kind];
  if (channel.kind === "sms") {
    for (const number of channel.recipients)
      draws.push({ name: `number ${number}`, limit: NUMBER, tokens: 1 });
  }
  if (account !== undefined) {
    const tokens = channel.kind === "sms" ? Math.max(1, channel.recipients.length) : 1;
    draws.push({ name: `account ${channel.kind}`, limit: account, tokens });
  }
  return draws;
}

/** The buckets of one moment, by name; one that is not there is full. */
export class Buckets {
  readonly changed = new Map<string, Bucket>();

  constructor(
    private readonly stored: ReadonlyMap<string, Bucket>,
    private readonly now: number,
  ) {}

  /** Takes the tokens of all draws or of none; answers how long to wait for them in ms, 0 when they were taken. */
  take(draws: readonly Draw[]): number {
    const wait = Math.max(0, ...draws.map((draw) => waitFor(this.#at(draw), draw.limit, draw.tokens)));
    if (wait > 0) return wait;
    for (const draw of draws) {
      const bucket = this.#at(draw);
      this.changed.set(draw.name, { ...bucket, tokens: bucket.tokens - draw.tokens });
    }
    return 0;
  }

  #at({ name, limit }: Draw): Bucket {
    const full = { tokens: limit.burst, filledAt: this.now };
    return refill(this.changed.get(name) ?? this.stored.get(name) ?? full, limit, this.now);
  }
}
