import { clsx } from "clsx";
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
          <Th numeric className="max-sm:hidden">
            Events a minute
          </Th>
          <Th className="max-sm:hidden">Last event</Th>
          <Th numeric className="max-sm:hidden">
            Accepted
          </Th>
          <Th numeric className="max-sm:hidden">
            Duplicates
          </Th>
          <Th numeric className="max-sm:hidden">
            Rejected
          </Th>
        </tr>
      </TableHead>
      <TableBody>
        {sources.map((source) => (
          <Row key={source.id}>
            <Td className="max-w-64 max-sm:w-full max-sm:max-w-0">
              <TextLink
                href={`/sources/${source.id}`}
                className="foreign-text block truncate font-medium text-fg"
              >
                {source.name}
              </TextLink>
              <span className="block truncate text-fg-3 text-xs">
                {titles[source.format] ?? source.format}
              </span>
              {/* On a phone it stands here in place of columns. */}
              <span className="block truncate text-fg-2 text-xs sm:hidden">
                {formatMagnitude(source.requests_per_minute)} a minute
                {source.rejected > 0 && `, ${formatMagnitude(source.rejected)} rejected`}
              </span>
            </Td>
            <Td>
              <SourceActivityBadge lastEventAt={source.last_event_at} />
            </Td>
            <Td numeric className="max-sm:hidden">
              {formatMagnitude(source.requests_per_minute)}
            </Td>
            <Td className="text-fg-2 max-sm:hidden">
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
      className={clsx("max-sm:hidden", value === 0 ? "text-fg-3" : alarming && "text-exhausted-text")}
    >
      {formatMagnitude(value)}
    </Td>
  );
}
