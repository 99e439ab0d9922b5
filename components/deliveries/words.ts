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

const HOLDS: Readonly<Record<string, string>> = {
  followers: "Waits for more of its rule, to be told in one message",
  quiet: "Waits for the end of quiet hours",
  limit: "Waits, since many messages went out lately",
};

/** The provider's last words about a delivery, why it was not sent, or what it waits for. */
export function lastWords({ attempts, last_error, reason, hold }: DeliveryDto): string | null {
  const last = attempts.at(-1);
  return last_error ?? last?.error ?? last?.response ?? reason ?? HOLDS[hold ?? ""] ?? null;
}
