import { Inbox } from "lucide-react";
import { OutcomeLabel } from "@/components/state/outcome-label";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { RelativeTime } from "@/components/ui/relative-time";
import { Row, Table, TableBody, TableHead, Td, Th } from "@/components/ui/table";
import { OUTCOMES } from "@/lib/domain/usage/outcome";
import type { EventDto } from "@/lib/features/usage/events";
import { formatMs, formatNumber, formatUsd, NO_VALUE } from "@/lib/format";

/** The latest calls made with the key, newest first. */
export function EventTable({ events }: { events: readonly EventDto[] }) {
  return (
    <Card title="Latest events" padded={false}>
      {events.length === 0 ? (
        <EmptyState icon={<Inbox aria-hidden />} title="No event yet">
          Calls made with this key appear here as soon as a gateway reports them.
        </EmptyState>
      ) : (
        <Table caption="Latest events">
          <TableHead>
            <tr>
              <Th>Time</Th>
              <Th>Outcome</Th>
              <Th numeric>Status</Th>
              <Th>Model</Th>
              <Th>Consumer</Th>
              <Th>Route</Th>
              <Th numeric>Latency</Th>
              <Th numeric>Tokens in · out</Th>
              <Th numeric>Cost</Th>
            </tr>
          </TableHead>
          <TableBody>
            {events.map((event) => (
              <Row key={`${event.time} ${event.id}`}>
                <Td className="min-w-24 text-fg-2">
                  <RelativeTime at={Date.parse(event.time)} />
                </Td>
                <Td>
                  <OutcomeLabel outcome={OUTCOMES.find((name) => name === event.outcome) ?? "success"} />
                </Td>
                <Td numeric>{text(event.status)}</Td>
                <Td>
                  <Name of={event.model} />
                </Td>
                <Td>
                  <Name of={event.consumer} />
                </Td>
                <Td>
                  <Name of={event.route} />
                </Td>
                <Td numeric>{formatMs(number(event.latency_ms))}</Td>
                <Td numeric>
                  {formatNumber(number(event.input_tokens))} · {formatNumber(number(event.output_tokens))}
                </Td>
                <Td numeric>{formatUsd(number(event.cost_usd))}</Td>
              </Row>
            ))}
          </TableBody>
        </Table>
      )}
    </Card>
  );
}

/** A word from outside, kept inside its cell. */
function Name({ of }: { of: unknown }) {
  if (typeof of !== "string") return <span className="text-fg-3">{NO_VALUE}</span>;
  return (
    <bdi className="block max-w-44 truncate" title={of.slice(0, 300)}>
      {of}
    </bdi>
  );
}

const number = (value: unknown): number | null => (typeof value === "number" ? value : null);
const text = (value: unknown): string => (typeof value === "number" ? String(value) : NO_VALUE);
