import Link from "next/link";
import { SeverityBadge } from "@/components/state/alert-badge";
import { RelativeTime } from "@/components/ui/relative-time";
import { isMetricName, metric } from "@/lib/domain/usage/metric";
import type { IncidentSummary } from "@/lib/features/overview/schemas";
import { formatMetric } from "@/lib/format";

/** Incidents in a card's room: what fired, for what, how far it went, and since when. */
export function IncidentList({
  incidents,
  withSubject = true,
}: {
  incidents: readonly IncidentSummary[];
  withSubject?: boolean;
}) {
  return (
    <ul className="pt-1 pb-1.5">
      {incidents.map((incident) => (
        <li key={incident.id} className="border-t first:border-t-0">
          <Link
            href={`/incidents/${incident.id}`}
            prefetch={false}
            className="grid grid-cols-[16px_minmax(0,1fr)_auto] gap-x-2.5 gap-y-0.5 px-4 py-2.5 hover:bg-hover/60 focus-visible:-outline-offset-2"
          >
            <span className="mt-0.5">
              <SeverityBadge severity={incident.severity} iconOnly />
            </span>
            <span className="truncate font-medium" title={incident.rule_name.slice(0, 300)}>
              <bdi>{incident.rule_name}</bdi>
            </span>
            <RelativeTime at={Date.parse(incident.started_at)} className="text-fg-3 text-xs" />
            <span className="col-span-2 col-start-2 truncate text-fg-2 text-xs">
              {withSubject && (incident.subject ?? incident.provider) !== null && (
                <>
                  <bdi className="font-semibold">{incident.subject ?? incident.provider}</bdi> ·{" "}
                </>
              )}
              {valueWords(incident, !withSubject)}
              {incident.state !== "firing" && ` · ${incident.state}`}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** "Error rate 50.3 %, threshold 50 %"; counts name themselves: "952 requests". */
function valueWords({ metric: name, value, threshold }: IncidentSummary, withThreshold: boolean): string {
  if (!isMetricName(name) || value === null) return "no value";
  const { label, unit } = metric(name);
  const reached = formatMetric(name, value);
  const said = unit === "count" || unit === "tokens" ? reached : `${label} ${reached}`;
  // Beside a subject there is no room for what the rule's page says as well.
  return threshold === null || !withThreshold ? said : `${said}, threshold ${formatMetric(name, threshold)}`;
}
