import { SeverityBadge } from "@/components/state/alert-badge";
import { RelativeTime } from "@/components/ui/relative-time";
import { Row, Table, TableBody, TableHead, Td, Th } from "@/components/ui/table";
import { TextLink } from "@/components/ui/text-link";
import type { MetricName } from "@/lib/domain/usage/metric";
import type { RuleInstanceDto } from "@/lib/features/rules/schemas";
import { formatMetric, NO_VALUE } from "@/lib/format";
import { StatusLabel } from "./rule-state";

/** What a rule watches and finds amiss, the worst first. */
export function InstanceTable({
  metric,
  instances,
}: {
  metric: MetricName;
  instances: readonly RuleInstanceDto[];
}) {
  return (
    <Table caption="What is not ok">
      <TableHead>
        <tr>
          <Th>Watched</Th>
          <Th>State</Th>
          <Th className="max-sm:hidden">Severity</Th>
          <Th numeric>Value then</Th>
          <Th className="max-sm:hidden">Since</Th>
          <Th>
            <span className="sr-only">Incident</span>
          </Th>
        </tr>
      </TableHead>
      <TableBody>
        {instances.map((instance) => (
          <Row key={instance.scope_key}>
            <Td className="max-w-72 max-sm:w-full max-sm:max-w-0">
              <Subject instance={instance} />
            </Td>
            <Td>
              <StatusLabel status={instance.status} />
              {instance.error !== null && (
                <span className="foreign-text line-clamp-2 max-w-64 whitespace-normal text-fg-3 text-xs">
                  {instance.error}
                </span>
              )}
            </Td>
            <Td className="max-sm:hidden">
              {instance.severity === null ? NO_VALUE : <SeverityBadge severity={instance.severity} />}
            </Td>
            <Td numeric>{formatMetric(metric, instance.value)}</Td>
            <Td className="text-fg-2 max-sm:hidden">
              <RelativeTime at={instance.since === null ? null : Date.parse(instance.since)} />
            </Td>
            <Td className="text-right">
              {instance.incident !== null && (
                <TextLink href={`/incidents/${instance.incident}`}>Incident</TextLink>
              )}
            </Td>
          </Row>
        ))}
      </TableBody>
    </Table>
  );
}

function Subject({ instance }: { instance: RuleInstanceDto }) {
  if (instance.key !== null) {
    return (
      <>
        <TextLink href={`/keys/${instance.key}`} className="foreign-text block truncate font-medium text-fg">
          {instance.name ?? instance.hint ?? instance.key}
        </TextLink>
        {instance.name !== null && <span className="text-fg-3 text-xs">{instance.hint}</span>}
      </>
    );
  }
  return (
    <span className="foreign-text block truncate font-medium">{instance.name ?? "Everything together"}</span>
  );
}
