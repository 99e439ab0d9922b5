import { formatClock, formatOffset } from "@/lib/format";
import type { Notification } from "../notification";
import { safeLink } from "../plain";
import { isChannelTest } from "../sample";
import { conditionText, reading, stateWord, subjectName } from "../words";
import { cut, septets, toGsm } from "./gsm";

/** Septets of one segment; one more, and the message is sent and paid for twice. */
export const SEGMENT = 160;

const SHORTEST_NAME = 16;
const LONGEST_LINK = 100;

/** The code of a delivery in its text, by which an earlier attempt is found at the provider: "#8K2MQZA". */
export function reference(deliveryId: string): string {
  return `#${deliveryId
    .replace(/[^0-9a-z]/gi, "")
    .slice(-7)
    .toUpperCase()}`;
}

/**
 * One GSM-7 segment: state and name first, then the reading, what else is known, the time, the reference and the link.
 * Facts and the time stand there as far as they fit whole; what does not fit then is cut from the name first, then from
 * the reading.
 */
export function renderSms(notification: Notification, deliveryId: string, { repeat = false } = {}): string {
  const state = toGsm(stateWord(notification)).toUpperCase();
  const tail = ending(notification, deliveryId, repeat);
  if (isChannelTest(notification)) return `${state} Keygauge reaches this number${tail}`;

  const time = ` ${formatClock(notification.at, notification.zone).slice(0, 5)} ${formatOffset(notification.zone, notification.at)}`;
  const bare = notification.kind === "resolved" || notification.kind === "digest";
  const condition = bare ? "" : toGsm(conditionText(notification));
  const said = `: ${toGsm(reading(notification))}${condition === "" ? "" : ` (${condition})`}`;
  const name = gsmName(notification);
  const room = SEGMENT - width(`${state} `) - width(tail);
  // The time goes first of all: every phone shows when a message came. Facts are worth no cut of the name.
  let middle = said;
  for (const { label, text } of notification.facts ?? []) {
    const fact = toGsm(`, ${label.toLowerCase()} ${text}`);
    if (width(middle) + width(fact) + width(name) <= room) middle += fact;
  }
  if (width(middle) + width(time) + Math.min(width(name), SHORTEST_NAME) <= room) middle += time;
  const shortened = cut(name, Math.max(SHORTEST_NAME, room - width(middle)));
  return `${state} ${shortened}${cut(middle, room - width(shortened))}${tail}`;
}

function ending(notification: Notification, deliveryId: string, repeat: boolean): string {
  const link = safeLink(notification.links.incident);
  const fits = link !== undefined && (septets(link) ?? LONGEST_LINK + 1) <= LONGEST_LINK;
  return `${repeat ? " (repeat)" : ""} ${reference(deliveryId)}${fits ? ` ${link}` : ""}`;
}

/** A name that the alphabet cannot write is replaced by the masked key, which it can. */
function gsmName({ subject }: Notification): string {
  const name = toGsm(subjectName(subject));
  if (subject.kind !== "key" || /[0-9A-Za-z]/.test(name)) return name;
  return toGsm(subject.hint) || "a key";
}

/** Of GSM text only. */
function width(text: string): number {
  return septets(text) ?? Number.POSITIVE_INFINITY;
}
