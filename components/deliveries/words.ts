import type { DeliveryDto } from "@/lib/features/deliveries/schemas";

const KINDS: Readonly<Record<string, string>> = {
  firing: "Firing",
  escalated: "Escalated to critical",
  downgraded: "Eased to warning",
  resolved: "Resolved",
  reminder: "Reminder",
  flapping: "Flapping",
  no_data: "No data",
  fired_and_recovered: "Fired and recovered",
  digest: "Digest",
  acknowledged: "Acknowledged",
  channel_failing: "Another channel fails",
  test: "Test of the channel",
};

/** The kinds that are worth a filter, with their words. */
export const KIND_OPTIONS = Object.entries(KINDS).map(([value, label]) => ({ value, label }));

const HOLDS: Readonly<Record<NonNullable<DeliveryDto["hold"]>, string>> = {
  followers: "Follows another message of its rule; told with others of it in one digest",
  quiet: "The channel's quiet hours",
  limit: "The sending limit is reached",
  budget: "The SMS budget is used up",
};

/** What a waiting message is held for; null when it is not held. */
export function holdWords({ hold }: Pick<DeliveryDto, "hold">): string | null {
  return hold === null ? null : HOLDS[hold];
}

const ORIGINS: Readonly<Record<NonNullable<DeliveryDto["origin"]>["why"], string>> = {
  again: "Sent again from",
  fallback: "In place of",
  budget: "In place of",
  transient: "Once more after",
};

/** How a message came to be beside another one. */
export const originWords = ({ why }: NonNullable<DeliveryDto["origin"]>): string => ORIGINS[why];

/** What a message tells, by its kind. */
export function notificationWords(kind: string): string {
  return KINDS[kind] ?? kind.replaceAll("_", " ");
}

const OUTCOMES: Readonly<Record<string, string>> = {
  sent: "Accepted by the provider",
  not_sent: "Not accepted, to be tried again",
  permanent: "Refused for good",
  ambiguous: "Perhaps accepted: the provider's answer did not arrive",
  unconfigured: "Kept here, since the channel's server is not set up",
};

/** How an attempt ended; null is still under way. */
export function outcomeWords(outcome: string | null): string {
  return outcome === null ? "Under way" : (OUTCOMES[outcome] ?? outcome.replaceAll("_", " "));
}

/** What a delivery waits for, the provider's last words about it, or why it was not sent. */
export function lastWords(delivery: DeliveryDto): string | null {
  const { attempts, last_error, reason } = delivery;
  const last = attempts.at(-1);
  return holdWords(delivery) ?? last_error ?? last?.error ?? last?.response ?? reason;
}

/** A part of stored words, where it begins: plain text, an instant in RFC 3339, or a delivery's id. */
export type WordPart = { kind: "text" | "instant" | "delivery"; text: string; from: number };

const TOLD_APART = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)|(dlv_[0-9a-z]{8,})/g;

/** Takes stored words apart, so that times and deliveries can be shown as such. */
export function wordParts(words: string): WordPart[] {
  const parts: WordPart[] = [];
  let end = 0;
  for (const { 0: text, 1: instant, index } of words.matchAll(TOLD_APART)) {
    if (index > end) parts.push({ kind: "text", text: words.slice(end, index), from: end });
    parts.push({ kind: instant === undefined ? "delivery" : "instant", text, from: index });
    end = index + text.length;
  }
  if (end < words.length) parts.push({ kind: "text", text: words.slice(end), from: end });
  return parts;
}
