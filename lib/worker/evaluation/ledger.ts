import type { Notification } from "@/lib/channels/notification";
import { newId } from "@/lib/crypto";
import { attentionAt, channelsOf } from "@/lib/domain/alerting/attention";
import type { NotificationFacts } from "@/lib/domain/alerting/notification";
import type { Rule, RuleInput, Severity } from "@/lib/domain/alerting/rule";
import { type Silenceable, type SilenceInForce, silencedBy } from "@/lib/domain/alerting/silence";
import { afterTelling, type Mute, NOTHING_TOLD, type Picture } from "@/lib/domain/alerting/told";
import { SECOND } from "@/lib/domain/usage/duration";
import { timelineEntry } from "@/lib/features/deliveries/timeline";
import type { ChannelRow, DeliveryRow, EventRow, IncidentRow, TransitionRow } from "./rows";

/** A rule as messages of it need it. */
export interface RuleOf {
  id: string;
  definition: RuleInput;
  rule: Rule;
}

/** What a message about an incident says of it beside the facts. */
export interface About {
  subject: Notification["subject"];
  links: (incidentId: string, channelId: string) => Notification["links"];
  series?: Notification["series"];
  facts?: Notification["facts"];
  /** The things it is about, as silences see them, at a severity. */
  silenceable: (severity: Severity | null) => Silenceable[];
}

/** Why a message is kept back. */
export interface Muted {
  by: Mute;
  reason: string;
  /** It is a fact of its own on the timeline, too. */
  noted: boolean;
}

/** Everything one transaction reads and will write about incidents, as it stands while it is being decided. */
export class Ledger {
  /** By id; those that were written to are in `touched`. */
  readonly incidents = new Map<string, IncidentRow>();
  readonly touched = new Map<string, { of: RuleOf; about: About }>();
  readonly aliases: { id: string; incident_id: string }[] = [];
  readonly transitions: TransitionRow[] = [];
  readonly events: EventRow[] = [];
  readonly deliveries: DeliveryRow[] = [];
  /** What each channel knows, by incident and channel. */
  readonly #pictures = new Map<string, Map<string, Picture>>();

  constructor(
    readonly channels: ReadonlyMap<string, ChannelRow>,
    readonly silences: readonly SilenceInForce[],
    readonly now: number,
  ) {}

  picture(incidentId: string, channelId: string): Picture {
    return this.#pictures.get(incidentId)?.get(channelId) ?? NOTHING_TOLD;
  }

  /** A delivery that is there already, in the order in which they came. */
  remember(
    incidentId: string,
    channelId: string,
    told: { kind: string; severity: Severity | null; mutedBy: Mute | null },
  ): void {
    let ofIncident = this.#pictures.get(incidentId);
    if (ofIncident === undefined) {
      ofIncident = new Map();
      this.#pictures.set(incidentId, ofIncident);
    }
    ofIncident.set(channelId, afterTelling(ofIncident.get(channelId) ?? NOTHING_TOLD, told));
  }

  put(incident: IncidentRow, of: RuleOf, about: About): void {
    this.incidents.set(incident.id, incident);
    this.touched.set(incident.id, { of, about });
  }

  note(incidentId: string, at: number, kind: string, data: Record<string, unknown>): void {
    this.events.push({ id: newId("ev"), incident_id: incidentId, at, kind, data });
  }

  /** One row, sent or not: whatever is not sent has a row that says why. */
  tell(
    channel: ChannelRow,
    incident: IncidentRow,
    facts: NotificationFacts,
    {
      of,
      about,
      transitionId,
      muted,
    }: { of: RuleOf; about: About; transitionId: string | null; muted: Muted | null },
  ): void {
    const id = newId("dlv");
    const mutedBy = muted?.by ?? null;
    if (muted?.noted === true) {
      const entry = timelineEntry({
        delivery: id,
        notification: facts.kind,
        state: "suppressed",
        channel,
        words: muted.reason,
      });
      this.note(incident.id, facts.at, entry.kind, entry.data);
    }
    this.deliveries.push({
      id,
      channel_id: channel.id,
      incident_id: incident.id,
      transition_id: transitionId,
      kind: facts.kind,
      state: muted === null ? "queued" : "suppressed",
      reason: muted?.reason ?? null,
      muted_by: mutedBy,
      notification: {
        ...facts,
        rule: { id: of.id, name: of.definition.name },
        incident: {
          id: incident.id,
          startedAt: incident.started_at,
          ...(incident.resolved_at === null ? {} : { resolvedAt: incident.resolved_at }),
        },
        subject: about.subject,
        zone: of.definition.time_zone,
        ...(about.series === undefined ? {} : { series: about.series }),
        ...(about.facts === undefined ? {} : { facts: about.facts }),
        links: about.links(incident.id, channel.id),
      },
    });
    this.remember(incident.id, channel.id, { kind: facts.kind, severity: facts.severity, mutedBy });
  }

  /** Why this channel is not told anything about it at the moment; null when it is. */
  mute(channel: ChannelRow, about: About, severity: Severity | null): Muted | null {
    if (channel.deleted) return { by: "channel", reason: "The channel was deleted.", noted: true };
    if (!channel.enabled) return { by: "channel", reason: "The channel is switched off.", noted: true };
    const silence = this.#silencedBy(about, severity);
    if (silence === null) return null;
    const { endsAt, comment, createdBy } = silence;
    const until = `Silenced until ${new Date(endsAt).toISOString()} by ${createdBy}`;
    return { by: "silence", reason: comment === "" ? until : `${until}: ${comment}`, noted: true };
  }

  /** Sets when time alone may ask for something about what was touched. */
  schedule(): void {
    for (const [id, { of, about }] of this.touched) {
      const incident = this.incidents.get(id);
      if (incident === undefined) continue;
      incident.attention_at = attentionAt(
        { state: incident.state, snoozedUntil: incident.snoozed_until, attention: incident.attention },
        of.rule,
        this.#owedAt(incident, of, about),
      );
    }
  }

  #owedAt(incident: IncidentRow, { rule }: RuleOf, about: About): number | null {
    const { id, state, attention, severity } = incident;
    // Settling tells what flapping kept back.
    if (state !== "resolved" && attention.flappingSince !== null) return null;
    const owed = channelsOf(rule, attention).some((channelId) => {
      const picture = this.picture(id, channelId);
      return this.channels.has(channelId) && picture.owed && (state !== "resolved" || picture.alert !== null);
    });
    if (!owed) return null;
    return this.#silencedBy(about, severity)?.endsAt ?? this.now + SECOND;
  }

  /** Thousands of keys may share an incident: they are not listed for silences that do not exist. */
  #silencedBy(about: About, severity: Severity | null) {
    return this.silences.length === 0 ? null : silencedBy(this.silences, about.silenceable(severity));
  }
}
