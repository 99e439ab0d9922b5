import { EFFECT_NOTIFICATIONS, type NotificationFacts } from "@/lib/domain/alerting/notification";

/**
 * What effects of a rule are worth, a firing that recovered before it could be told, many in one, another channel that
 * fails, what people did with an incident (told to systems that keep incidents only), and a channel's test.
 */
export const NOTIFICATION_KINDS = [
  ...EFFECT_NOTIFICATIONS,
  "fired_and_recovered",
  "digest",
  "channel_failing",
  "acknowledged",
  "test",
] as const;
export type NotificationKind = (typeof NOTIFICATION_KINDS)[number];

/** What the rule looked at. `name` is what people call it; `hint` the masked
 * key. `keys` share an incident, and `names` are those of the first. */
export type Subject =
  | { kind: "key"; name: string | null; hint: string; provider: string | null }
  | { kind: "pool" | "provider" | "consumer" | "channel"; name: string }
  | { kind: "keys"; provider: string; count: number; names: string[] }
  | { kind: "all" }
  /** Of a digest: so many alerts. */
  | { kind: "several"; count: number };

/** Why messages were held to be told as one: they followed another of their rule, quiet hours, the sending limit. */
export type DigestCause = "followers" | "quiet" | "limit";

/** What a digest tells in place of its messages. */
export interface Digest {
  cause: DigestCause;
  /** How many alerts are critical, warning, without data and over. */
  counts: { critical: number; warning: number; no_data: number; resolved: number };
  /** The worst of them, each as its own message would say it. */
  lines: Notification[];
}

/**
 * Everything a message says, before any channel puts it into its own form. It is stored with its delivery as JSON, so
 * all of it is plain data: the facts of the rule's effect, and what people need around them. Of a firing that recovered
 * unsent, the facts are the firing's.
 */
export interface Notification extends Omit<NotificationFacts, "kind"> {
  kind: NotificationKind;
  rule: { id: string; name: string; description?: string | undefined };
  /** null: a test of a channel. */
  incident: { id: string; startedAt: number; resolvedAt?: number | undefined } | null;
  subject: Subject;
  /** IANA zone in which instants are written. */
  zone: string;
  /** The metric around `at`, ascending, for the small chart; null where there is no value. */
  series?: { at: number; value: number | null }[] | undefined;
  /** More lines of name and value, already in words: limit, forecast, time of the next reset. */
  facts?: { label: string; text: string }[] | undefined;
  /** Of a digest only; the facts beside it are those of its worst line. */
  digest?: Digest | undefined;
  links: {
    incident?: string | undefined;
    acknowledge?: string | undefined;
    key?: string | undefined;
  };
}
