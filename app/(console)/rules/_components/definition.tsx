import { SeverityBadge } from "@/components/state/alert-badge";
import { DescriptionList } from "@/components/ui/description-list";
import { TextLink } from "@/components/ui/text-link";
import {
  describeDuration,
  describeScope,
  describeValue,
  type ScopeNames,
} from "@/lib/domain/alerting/describe";
import type { Operator } from "@/lib/domain/alerting/rule";
import { parseDuration } from "@/lib/domain/usage/duration";
import { metric } from "@/lib/domain/usage/metric";
import type { RuleDto } from "@/lib/features/rules/schemas";
import { formatNumber } from "@/lib/format";

const SIGNS: Record<Operator, string> = { ">=": "≥", ">": ">", "<=": "≤", "<": "<" };
const NO_DATA = { ok: "Counts as fine", keep: "Changes nothing", alert: "Raises an alert" };

/** A rule as it is stored, field by field. */
export function Definition({
  rule,
  names,
  channels,
}: {
  rule: RuleDto;
  names: ScopeNames;
  /** Those that still exist, the rule's among them. */
  channels: readonly { id: string; name: string }[];
}) {
  const { metric: name, operator } = rule;
  return (
    <DescriptionList
      items={[
        { term: "Metric", value: metric(name).label },
        { term: "Watches", value: describeScope(rule.scope, names) },
        { term: "Within", value: windowWords(rule) },
        {
          term: "Fires at",
          value: (
            <ul className="flex flex-col gap-0.5">
              {rule.tiers.map(({ severity, threshold, recovery }) => (
                <li key={severity} className="flex flex-wrap items-center gap-x-2">
                  <SeverityBadge severity={severity} />
                  <span>
                    {SIGNS[operator]} {describeValue(name, threshold)}
                    {recovery !== null && (
                      <span className="text-fg-3">, recovers at {describeValue(name, recovery)}</span>
                    )}
                  </span>
                </li>
              ))}
            </ul>
          ),
        },
        ...delays(rule),
        ...(rule.min_requests > 0
          ? [{ term: "Needs", value: `${formatNumber(rule.min_requests)} requests in the window` }]
          : []),
        { term: "No data", value: NO_DATA[rule.no_data] },
        {
          term: "Reminders",
          value: rule.repeat_every === null ? "Off" : `Every ${span(rule.repeat_every)}`,
        },
        {
          term: "Tells",
          value:
            rule.channels.length === 0 ? (
              <span className="text-fg-3">Nobody</span>
            ) : (
              <ChannelLinks channels={channels} ids={rule.channels} />
            ),
        },
        ...rule.escalation.map(({ after, channels: ids }) => ({
          term: `After ${span(after)}`,
          value: <ChannelLinks channels={channels} ids={ids} />,
        })),
        {
          term: "Flapping",
          value:
            rule.flapping === null
              ? "Every change is told"
              : `Told once beyond ${rule.flapping.transitions} changes in ${span(rule.flapping.window)}`,
        },
      ]}
    />
  );
}

function ChannelLinks({
  channels,
  ids,
}: {
  channels: readonly { id: string; name: string }[];
  ids: readonly string[];
}) {
  return channels
    .filter(({ id }) => ids.includes(id))
    .map((channel, index) => (
      <span key={channel.id}>
        {index > 0 && ", "}
        <TextLink href={`/channels/${channel.id}`}>{channel.name}</TextLink>
      </span>
    ));
}

function delays(rule: RuleDto): { term: string; value: string }[] {
  return [
    { term: "Fires after", text: rule.for },
    { term: "Keeps firing for", text: rule.keep_firing_for },
  ]
    .filter(({ text }) => parseDuration(text) > 0)
    .map(({ term, text }) => ({ term, value: span(text) }));
}

const span = (text: string): string => describeDuration(parseDuration(text));

function windowWords({ window, metric: name, time_zone }: RuleDto): string {
  if (window === null) {
    return metric(name).kind === "limit" ? "The windows of the key's own limits" : "At any moment";
  }
  return window.startsWith("calendar_")
    ? `A calendar ${window.slice("calendar_".length)} (${time_zone})`
    : `The last ${span(window)}`;
}
