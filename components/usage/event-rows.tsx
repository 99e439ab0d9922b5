import { OutcomeLabel } from "@/components/state/outcome-label";
import { RelativeTime } from "@/components/ui/relative-time";
import { Row, Table, TableBody, TableHead, Td, Th } from "@/components/ui/table";
import { OUTCOMES } from "@/lib/domain/usage/outcome";
import { formatMs, formatNumber, formatUsd, NO_VALUE } from "@/lib/format";

/** A stored event, as the API gives it: fields under the names of ingest. */
export type StoredEvent = { id: string; time: string; outcome: string; [field: string]: unknown };

/** Calls, a row each. */
export function EventRows({ events }: { events: readonly StoredEvent[] }) {
  return (
    <Table wide caption="Latest events">
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
  );
}

/** A word from outside, kept inside its cell. */
function Name({ of }: { of: unknown }) {
  if (typeof of !== "string") return <span className="text-fg-3">{NO_VALUE}</span>;
  return (
    <bdi className="block max-w-44 truncate text-left" title={of.slice(0, 300)}>
      {of}
    </bdi>
  );
}

const number = (value: unknown): number | null => (typeof value === "number" ? value : null);
const text = (value: unknown): string => (typeof value === "number" ? String(value) : NO_VALUE);
