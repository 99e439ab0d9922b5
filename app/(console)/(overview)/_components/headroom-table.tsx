import { Sparkline } from "@/components/charts/sparkline";
import { KeyName } from "@/components/keys/key-name";
import { KeyRoom } from "@/components/keys/key-room";
import { KeyWhen } from "@/components/keys/key-when";
import { StateBadge } from "@/components/state/state-badge";
import { Card } from "@/components/ui/card";
import { Row, Table, TableBody, TableHead, Td, Th } from "@/components/ui/table";
import { TextLink } from "@/components/ui/text-link";
import type { KeyWithLately } from "@/lib/features/overview/queries";
import { formatMicros, formatMs, formatNumber, formatPercent } from "@/lib/format";

/** The keys nearest to a limit's end. */
export function HeadroomTable({
  rows,
  at,
  total,
}: {
  rows: readonly KeyWithLately[];
  at: number;
  total: number;
}) {
  return (
    <Card
      title="Least headroom"
      hint={<span className="max-sm:hidden">tightest limit of each key</span>}
      padded={false}
      action={
        <TextLink quiet href="/keys?sort=headroom" className="text-sm">
          {total === 1 ? "The one key" : `All ${formatNumber(total)} keys`} →
        </TextLink>
      }
    >
      <Table caption="Keys with the least headroom">
        <TableHead>
          <tr>
            <Th>Key</Th>
            <Th className="max-sm:hidden">State</Th>
            <Th>Headroom</Th>
            <Th className="max-sm:hidden">Dry at · resets at</Th>
            <Th className="max-sm:hidden">Rate, 1 h</Th>
            <Th numeric className="max-sm:hidden">
              Errors, 1 h
            </Th>
            <Th numeric className="max-sm:hidden">
              p95, 1 h
            </Th>
            <Th numeric className="max-sm:hidden">
              Cost today
            </Th>
          </tr>
        </TableHead>
        <TableBody>
          {rows.map((row) => (
            <Row key={row.id}>
              <Td>
                <KeyName of={row} />
              </Td>
              <Td className="max-sm:hidden">
                <StateBadge state={row.state} />
              </Td>
              <Td className="max-sm:w-full">
                <KeyRoom of={row} at={at} />
              </Td>
              <Td className="min-w-44 max-sm:hidden">
                <KeyWhen of={row} at={at} />
              </Td>
              <Td className="max-sm:hidden">
                {/* The minute still running would end every line with a fall. */}
                <Sparkline values={row.lately.requests.slice(0, -1)} />
              </Td>
              <Td numeric className="max-sm:hidden">
                {formatPercent(row.lately.error_rate)}
              </Td>
              <Td numeric className="max-sm:hidden">
                {formatMs(row.lately.latency_p95)}
              </Td>
              <Td numeric className="max-sm:hidden">
                {formatMicros(row.lately.cost_today_micros)}
              </Td>
            </Row>
          ))}
        </TableBody>
      </Table>
    </Card>
  );
}
