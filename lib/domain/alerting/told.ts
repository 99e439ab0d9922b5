import { changeOf, EFFECT_NOTIFICATIONS, type EffectNotification } from "./notification";
import type { Severity } from "./rule";
import type { Alert } from "./state";

/** What keeps a message from being queued; the database has it with the delivery. */
export const MUTES = [
  "channel",
  "silence",
  "flapping",
  "inhibition",
  "acknowledgement",
  /** The end of something that this channel was never told of. */
  "untold",
] as const;
export type Mute = (typeof MUTES)[number];

/** What a channel knows of an incident. */
export interface Picture {
  /** As it was told last; null: nothing is open as far as the channel knows. */
  alert: Alert | null;
  /** Something was kept back since, and may be owed. */
  owed: boolean;
}

export const NOTHING_TOLD: Picture = { alert: null, owed: false };

/** A delivery as far as it changes what its channel knows. */
export interface ToldOf {
  kind: string;
  severity: Severity | null;
  mutedBy: Mute | null;
}

const TELLING: readonly string[] = [...EFFECT_NOTIFICATIONS, "fired_and_recovered"];
const isTelling = (kind: string): boolean => TELLING.includes(kind);

/** The picture after one more delivery. */
export function afterTelling(picture: Picture, { kind, severity, mutedBy }: ToldOf): Picture {
  // That somebody has acknowledged, say: it does not tell what is true.
  if (!isTelling(kind)) return picture;
  if (mutedBy === "silence" || mutedBy === "flapping") return { ...picture, owed: true };
  if (mutedBy === "inhibition") return picture;
  // Nobody will be told of it any more: the channel is off, or somebody has acknowledged.
  if (mutedBy !== null) return { ...picture, owed: false };
  if (kind === "resolved" || kind === "fired_and_recovered") return NOTHING_TOLD;
  const cause = kind === "no_data" ? "no_data" : kind === "firing" ? "threshold" : picture.alert?.cause;
  const alert: Alert = {
    severity: severity ?? picture.alert?.severity ?? "warning",
    cause: cause ?? "threshold",
  };
  return { alert, owed: false };
}

/** The message that brings a channel from what it knows to what is true (null: nothing is open); null for none. */
export function owedMessage(picture: Picture, truth: Alert | null): EffectNotification | null {
  if (!picture.owed) return null;
  return changeOf(picture.alert, truth) ?? (truth === null ? null : "reminder");
}
