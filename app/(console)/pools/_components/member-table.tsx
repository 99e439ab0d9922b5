import { KeyName } from "@/components/keys/key-name";
import { KeyRoom } from "@/components/keys/key-room";
import { KeyWhen } from "@/components/keys/key-when";
import { StateBadge } from "@/components/state/state-badge";
import { Row, Table, TableBody, TableHead, Td, Th } from "@/components/ui/table";
import type { GroupMember } from "@/lib/features/keys/group-detail";
import { formatMagnitude, formatMicros, formatMs, formatPercent } from "@/lib/format";

/** The keys of a group, each with its part of the traffic and the room it has left. */
export function MemberTable({ members, at }: { members: readonly GroupMember[]; at: number }) {
  if (members.length === 0) {
    return <p className="px-4 py-8 text-center text-fg-3">All keys of it are retired.</p>;
  }
  return (
    <Table caption="Keys">
      <TableHead>
        <tr>
          <Th>Key</Th>
          <Th className="max-sm:hidden">State</Th>
          <Th className="max-sm:hidden">Share</Th>
          <Th>Headroom</Th>
          <Th className="max-sm:hidden">Dry at · resets at</Th>
          <Th numeric className="max-sm:hidden">
            Requests, 1 h
          </Th>
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
        {members.map((member) => (
          <Row key={member.id}>
            <Td className="max-sm:w-1/2 max-sm:max-w-0">
              <KeyName of={member} />
            </Td>
            <Td className="max-sm:hidden">
              <StateBadge state={member.state} />
            </Td>
            <Td className="max-sm:hidden">
              <Share of={member.share} />
            </Td>
            <Td>
              <KeyRoom of={member} at={at} />
            </Td>
            <Td className="min-w-44 max-sm:hidden">
              <KeyWhen of={member} at={at} />
            </Td>
            <Td numeric className="max-sm:hidden">
              {formatMagnitude(member.requests)}
            </Td>
            <Td numeric className="max-sm:hidden">
              {formatPercent(member.error_rate)}
            </Td>
            <Td numeric className="max-sm:hidden">
              {formatMs(member.latency_p95)}
            </Td>
            <Td numeric className="max-sm:hidden">
              {formatMicros(member.cost_today_micros)}
            </Td>
          </Row>
        ))}
      </TableBody>
    </Table>
  );
}

function Share({ of: fraction }: { of: number }) {
  return (
    <span className="flex items-center gap-2">
      <span aria-hidden className="h-1.5 w-14 overflow-hidden rounded-xs bg-track">
        <i className="block h-full rounded-xs bg-accent" style={{ width: `${fraction * 100}%` }} />
      </span>
      <span className="w-11 text-right text-fg-2">{formatPercent(fraction)}</span>
    </span>
  );
}
