import { clsx } from "clsx";
import { IncidentStateBadge, SeverityBadge } from "@/components/state/alert-badge";
import { RelativeTime } from "@/components/ui/relative-time";
import { Row, Table, TableBody, TableHead, Td, Th } from "@/components/ui/table";
import { TextLink } from "@/components/ui/text-link";
import type { IncidentDto } from "@/lib/features/incidents/schemas";
import { formatMs } from "@/lib/format";
import { readingWords, subjectWords, thresholdWords } from "./words";

export function IncidentTable({
  incidents,
  withRule = true,
}: {
  incidents: readonly IncidentDto[];
  /** Off where all of them belong to one rule: their subject is their name then. */
  withRule?: boolean;
}) {
  return (
    <Table caption="Incidents">
      <TableHead>
        <tr>
          {withRule && <Th className="max-sm:hidden">Severity</Th>}
          <Th className="max-sm:pl-4">Incident</Th>
          <Th>State</Th>
          <Th className="max-sm:hidden">Value</Th>
          <Th className="max-sm:hidden">Started</Th>
          <Th className="max-sm:hidden">Lasted</Th>
        </tr>
      </TableHead>
      <TableBody>
        {incidents.map((incident) => (
          <Row key={incident.id}>
            {withRule && (
              <Td className="max-sm:hidden">
                <SeverityBadge severity={incident.severity} />
              </Td>
            )}
            <Td className="w-full max-w-72 max-sm:max-w-0 max-sm:pl-4 sm:min-w-44">
              <span className="flex gap-2">
                <span className={clsx("mt-0.5 shrink-0", withRule && "sm:hidden")}>
                  <SeverityBadge severity={incident.severity} iconOnly />
                </span>
                <span className="min-w-0 grow">
                  <TextLink
                    href={`/incidents/${incident.id}`}
                    className="foreign-text block truncate font-medium text-fg"
                  >
                    {withRule ? incident.rule_name : subjectWords(incident)}
                  </TextLink>
                  <span className="foreign-text block truncate text-fg-3 text-xs">
                    {[provider(incident), withRule ? subjectWords(incident) : ""]
                      .filter((part) => part !== "")
                      .join(" · ")}
                  </span>
                  {/* On a phone it stands here in place of columns. */}
                  <span className="block truncate text-fg-2 text-xs sm:hidden">
                    {readingWords(incident)} ({thresholdWords(incident)}) ·{" "}
                    <RelativeTime at={Date.parse(incident.started_at)} />
                  </span>
                </span>
              </span>
            </Td>
            <Td>
              <IncidentStateBadge state={incident.state} />
            </Td>
            <Td className="max-sm:hidden">
              {readingWords(incident)}
              <span className="block text-fg-3 text-xs">{thresholdWords(incident)}</span>
            </Td>
            <Td className="text-fg-2 max-sm:hidden">
              <RelativeTime at={Date.parse(incident.started_at)} />
            </Td>
            <Td className="text-fg-2 max-sm:hidden">
              {incident.resolved_at === null
                ? "Open"
                : formatMs(Date.parse(incident.resolved_at) - Date.parse(incident.started_at))}
            </Td>
          </Row>
        ))}
      </TableBody>
    </Table>
  );
}

/** The provider, where the subject does not say it. */
function provider({ provider: name, scope_key }: IncidentDto): string {
  return name === null || /^(provider|keys):/.test(scope_key) ? "" : name;
}
