import { valueText } from "@/lib/channels/words";
import type { IncidentDetailDto } from "./queries";
import type { TimelineEntry } from "./schemas";

/**
 * An incident as a Markdown document to go on from. Every time in it stands beside the id of the row that it comes from:
 * `inc_` the incident, `ev_` an entry of its timeline, `tr_` a change of state, `dlv_` a delivery.
 */
export function postmortem(incident: IncidentDetailDto): string {
  return [
    `# ${plain(incident.rule_name)}: ${plain(incident.subject ?? "all keys")}`,
    summary(incident),
    section("Timeline", ["Time (UTC)", "What", "Who", "Row"], incident.timeline.map(timelineRow(incident))),
    section(
      "Changes of state",
      ["Time (UTC)", "Key", "Change", "Value", "Threshold", "Message", "Row"],
      incident.transitions.map((one) => [
        one.at,
        one.key ?? "",
        `${one.from} → ${one.to}${one.severity === null ? "" : ` (${one.severity})`}`,
        one.value === null ? "no value" : valueText(incident.metric, one.value),
        one.threshold === null ? "" : String(one.threshold),
        one.quiet ?? "see below",
        one.id,
      ]),
    ),
    section(
      "Who was told",
      ["Queued (UTC)", "Channel", "Message", "State", "Finished (UTC)", "Answer or reason", "Row"],
      incident.deliveries
        .toReversed()
        .map((one) => [
          one.created_at,
          `${one.channel_name} (${one.channel_kind})`,
          one.kind,
          one.state,
          one.finished_at ?? "",
          one.reason ?? one.attempts.at(-1)?.error ?? one.attempts.at(-1)?.response ?? "",
          one.transition === null ? one.id : `${one.id} of ${one.transition}`,
        ]),
    ),
    `## Rule when it opened\n\n\`\`\`json\n${JSON.stringify(incident.definition, null, 2)}\n\`\`\``,
    "## Causes\n\n## What went well, what did not\n\n## What follows\n",
  ].join("\n\n");
}

function summary(incident: IncidentDetailDto): string {
  const { id, started_at, acknowledged_at, resolved_at, threshold } = incident;
  const lasted = resolved_at === null ? null : (Date.parse(resolved_at) - Date.parse(started_at)) / 1_000;
  return [
    `- Incident: \`${id}\`, rule \`${incident.rule}\`, ${incident.severity}, ${incident.state}`,
    `- About: ${plain(incident.subject ?? "all keys")}${incident.provider === null ? "" : ` of ${plain(incident.provider)}`}`,
    ...(incident.key === null ? [] : [`- Key: \`${incident.key}\``]),
    ...(incident.members.length === 0
      ? []
      : [`- Keys: ${incident.members.map((key) => `\`${key}\``).join(", ")}`]),
    `- Value: ${plain(valueText(incident.metric, incident.value))}${threshold === null ? "" : `, threshold ${incident.operator} ${threshold}`}`,
    `- Started: ${started_at} (\`${id}\`)`,
    ...(acknowledged_at === null
      ? []
      : [`- Acknowledged: ${acknowledged_at} by ${plain(incident.acknowledged_by ?? "")} (\`${id}\`)`]),
    resolved_at === null ? "- Not resolved yet" : `- Resolved: ${resolved_at} (\`${id}\`), after ${lasted} s`,
  ].join("\n");
}

const timelineRow =
  ({ metric }: IncidentDetailDto) =>
  ({ id, at, kind, actor, ...data }: TimelineEntry): string[] => {
    const value = typeof data.value === "number" ? valueText(metric, data.value) : null;
    const said = [
      "severity",
      "text",
      "comment",
      "channel_name",
      "notification",
      "reason",
      "detail",
      "answer",
      "key",
    ]
      .flatMap((field) => (typeof data[field] === "string" ? [String(data[field])] : []))
      .join(", ");
    const what = [kind.replaceAll("_", " "), value, said].filter((part) => part !== null && part !== "");
    return [at, what.join(": "), actor ?? "", id];
  };

function section(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return `## ${title}\n\nNone.`;
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    `## ${title}\n`,
    line(head),
    line(head.map(() => "---")),
    ...rows.map((row) =>
      line(row.map((cell, index) => (index === row.length - 1 ? `\`${cell}\`` : plain(cell)))),
    ),
  ].join("\n");
}

/** Foreign text as it is read, in one line: nothing of it is markup. */
const plain = (text: string): string =>
  text.replace(/\s+/g, " ").replace(/[\\`*_[\]<>|#~]/g, (sign) => `\\${sign}`);
