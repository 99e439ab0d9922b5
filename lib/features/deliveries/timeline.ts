import type { Prisma } from "@/lib/db/client";
import type { DeliveryState } from "@/lib/domain/delivery/state";

/** What became of a notification, as its incident's timeline keeps it. */
export interface Told {
  delivery: string;
  /** Of the notification: firing, resolved … */
  notification: string;
  state: DeliveryState;
  channel: { id: string; name: string; kind: string };
  /** The provider's answer, or why there is none. */
  words: string | null;
}

/** `notified` with the answer when the provider has accepted it, `not_sent` with the reason for every other end. */
export function timelineEntry(told: Told): { kind: string; data: Prisma.InputJsonObject } {
  const { delivery, notification, state, channel, words } = told;
  const accepted = state === "sent" || state === "delivered";
  return {
    kind: accepted ? "notified" : "not_sent",
    data: {
      delivery,
      notification,
      state,
      channel: channel.id,
      channel_name: channel.name,
      channel_kind: channel.kind,
      [accepted ? "answer" : "reason"]: words,
    },
  };
}
