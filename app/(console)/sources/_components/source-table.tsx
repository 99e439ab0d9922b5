import { SourceActivityBadge } from "@/components/sources/source-activity-badge";
import { RelativeTime } from "@/components/ui/relative-time";
import { Row, Table, TableBody, TableHead, Td, Th } from "@/components/ui/table";
import { TextLink } from "@/components/ui/text-link";
import type { SourceDto } from "@/lib/features/sources/schemas";
import { formatMagnitude, formatNumber } from "@/lib/format";

/** `titles` are what people call the formats. */
export function SourceTable({
  sources,
  titles,
}: {
  sources: readonly SourceDto[];
  titles: Readonly<Record<string, string>>;
}) {
  return (
    <Table caption="Sources">
      <TableHead>
        <tr>
          <Th>Source</Th>
          <Th>State</Th>
          <Th numeric>Events a minute</Th>
          <Th>Last event</Th>
          <Th numeric>Accepted</Th>
          <Th numeric>Duplicates</Th>
          <Th numeric>Rejected</Th>
        </tr>
      </TableHead>
      <TableBody>
        {sources.map((source) => (
          <Row key={source.id}>
            <Td className="max-w-64">
              <TextLink
                href={`/sources/${source.id}`}
                className="foreign-text block truncate font-medium text-fg"
              >
                {source.name}
              </TextLink>
              <span className="text-fg-3 text-xs">{titles[source.format] ?? source.format}</span>
            </Td>
            <Td>
              <SourceActivityBadge lastEventAt={source.last_event_at} />
            </Td>
            <Td numeric>{formatMagnitude(source.requests_per_minute)}</Td>
            <Td className="text-fg-2">
              <RelativeTime at={source.last_event_at === null ? null : Date.parse(source.last_event_at)} />
            </Td>
            <Count value={source.accepted} />
            <Count value={source.duplicates} />
            <Count value={source.rejected} alarming />
          </Row>
        ))}
      </TableBody>
    </Table>
  );
}

function Count({ value, alarming = false }: { value: number; alarming?: boolean }) {
  return (
    <Td
      numeric
      title={formatNumber(value)}
      className={value === 0 ? "text-fg-3" : alarming ? "text-exhausted-text" : undefined}
    >
      {formatMagnitude(value)}
    </Td>
  );
}
