import { channelsOf } from "@/lib/domain/alerting/attention";
import { changeOf, type EffectNotification, effectFacts } from "@/lib/domain/alerting/notification";
import type { Effect } from "@/lib/domain/alerting/state";
import type { Circumstances } from "./consequences";
import type { Ledger, Muted } from "./ledger";
import type { IncidentRow } from "./rows";

/** One row a channel that hears of the incident. */
export function tell(
  kind: EffectNotification,
  effect: Effect,
  incident: IncidentRow,
  {
    around,
    ledger,
    transitionId,
    muteAll,
  }: { around: Circumstances; ledger: Ledger; transitionId: string | null; muteAll: Muted | null },
): void {
  const { of, shared } = around;
  const about = shared?.about ?? around.about;
  const facts = effectFacts(of.rule, kind, effect);
  const channels = channelsOf(of.rule, incident.attention).flatMap((id) => ledger.channels.get(id) ?? []);
  if (channels.length === 0 && muteAll === null) {
    ledger.note(incident.id, effect.at, "not_sent", {
      notification: kind,
      reason: "The rule has no channel.",
    });
  }
  for (const channel of channels) {
    const { alert } = ledger.picture(incident.id, channel.id);
    let muted = ledger.mute(channel, about, facts.severity);
    if (muted === null && muteAll !== null && !breaksThrough(effect, alert, muteAll)) muted = muteAll;
    // Whoever never heard of it need not hear that it is over.
    if (muted === null && kind === "resolved" && alert === null) muted = UNTOLD;
    ledger.tell(channel, incident, facts, { of, about, transitionId, muted });
  }
}

const UNTOLD: Muted = {
  by: "untold",
  reason: "This channel was not told that it fired, so it is not told of the end either.",
  noted: false,
};

/** While it flaps, only what is worse than anything this channel was told comes through. */
function breaksThrough(effect: Effect, known: Parameters<typeof changeOf>[0], muteAll: Muted): boolean {
  if (muteAll.by !== "flapping" || effect.kind === "reminder" || known === null) return false;
  return changeOf(known, effect.alert.after) === "escalated";
}
