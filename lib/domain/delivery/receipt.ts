/** Twilio's words for a message (https://www.twilio.com/docs/messaging/api/message-resource), from asked for to read. */
const RANKS: Readonly<Record<string, number>> = {
  accepted: 1,
  scheduled: 1,
  queued: 1,
  sending: 2,
  sent: 3,
  undelivered: 4,
  failed: 4,
  canceled: 4,
  delivered: 5,
  read: 6,
};
const FAILED = 4;

/** The handset may have been off or out of reach for a moment. */
const PERHAPS_TRANSIENT = 30003;

export const isReceiptStatus = (status: string): boolean => status in RANKS;

/** Whether a receipt says more than the one before: they come twice, late and out of order. */
export const outranks = (status: string, before: string | null): boolean =>
  (RANKS[status] ?? 0) > (before === null ? 0 : (RANKS[before] ?? 0));

export const hasFailed = (status: string): boolean => RANKS[status] === FAILED;

/** What became of the message to one recipient. */
export interface Receipt {
  to: string;
  /** null as long as nothing was heard. */
  status: string | null;
  code: number | null;
}

export type Fate =
  /** Something is still to be heard. */
  | { fate: "open" }
  /** Somebody has it. */
  | { fate: "delivered"; failed: Receipt[]; again: string[] }
  | { fate: "failed"; failed: Receipt[]; again: string[] };

/**
 * What receipts make of a message that was sent. `again` are recipients who get it once more, since their failure may
 * have passed; nobody does of a message that is a repeat itself.
 */
export function fateOf(receipts: readonly Receipt[], { repeat }: { repeat: boolean }): Fate {
  const ended = receipts.every(({ status }) => status !== null && (RANKS[status] ?? 0) >= FAILED);
  if (receipts.length === 0 || !ended) return { fate: "open" };
  const failed = receipts.filter(({ status }) => status !== null && hasFailed(status));
  const again = repeat ? [] : failed.filter(({ code }) => code === PERHAPS_TRANSIENT).map(({ to }) => to);
  return { fate: failed.length < receipts.length ? "delivered" : "failed", failed, again };
}
