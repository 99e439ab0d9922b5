import { EFFECT_NOTIFICATIONS, type NotificationFacts } from "@/lib/domain/alerting/notification";

/** What effects of a rule are worth, a firing that recovered before it could be told, and a channel's test. */
export const NOTIFICATION_KINDS = [...EFFECT_NOTIFICATIONS, "fired_and_recovered", "test"] as const;
export type NotificationKind = (typeof NOTIFICATION_KINDS)[number];

/** What the rule looked at. `name` is what people call it; `hint` the masked key. */
export type Subject =
  | { kind: "key"; name: string | null; hint: string; provider: string | null }
  | { kind: "pool" | "provider" | "consumer"; name: string }
  | { kind: "all" };

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
  links: {
    incident?: string | undefined;
    acknowledge?: string | undefined;
    key?: string | undefined;
    /** Takes the recipient off this channel by one POST (RFC 8058). */
    unsubscribe?: string | undefined;
  };
}
