import { clsx } from "clsx";
import Link from "next/link";
import { KeyBar } from "@/components/keys/key-bar";
import { STATE_LOOK, STATE_ORDER } from "@/components/state/state-badge";
import { Row, Table, TableBody, TableHead, Td, Th } from "@/components/ui/table";
import type { KeyState } from "@/lib/domain/usage/state";
import type { KeyGroup } from "@/lib/features/keys/groups";
import { formatMagnitude, formatMicros, formatNumber, formatPercent } from "@/lib/format";

/** Groups of keys, a row each, with the key of each that is nearest to its end. */
export function GroupTable({
  groups,
  by,
  at,
}: {
  groups: readonly KeyGroup[];
  by: "pool" | "provider";
  at: number;
}) {
  return (
    <Table caption={by === "pool" ? "Pools" : "Providers"}>
      <TableHead>
        <tr>
          <Th>{by === "pool" ? "Pool" : "Provider"}</Th>
          <Th>Keys by state</Th>
          <Th className="max-sm:hidden">Least headroom</Th>
          <Th numeric className="max-sm:hidden">
            Requests, 1 h
          </Th>
          <Th numeric className="max-sm:hidden">
            Errors, 1 h
          </Th>
          <Th numeric className="max-sm:hidden">
            Cost today
          </Th>
        </tr>
      </TableHead>
      <TableBody>
        {groups.map((group) => (
          <Row key={group.id}>
            <Td className="max-sm:w-full max-sm:max-w-0">
              <Link
                href={`/${by}s/${encodeURIComponent(group.id)}`}
                prefetch={false}
                title={group.name.slice(0, 300)}
                className="block max-w-52 truncate rounded-xs font-medium underline-offset-[3px] hover:underline"
              >
                <bdi>{group.name}</bdi>
              </Link>
              {by === "pool" && group.provider !== null && (
                <bdi className="block max-w-52 truncate font-mono text-[11.5px] text-fg-3">
                  {group.provider}
                </bdi>
              )}
            </Td>
            <Td className="sm:min-w-48">
              <States of={group.states} total={group.keys} />
            </Td>
            <Td className="max-sm:hidden">
              {group.tightest === null ? (
                <span className="text-fg-3">No limit known</span>
              ) : (
                <>
                  <Link
                    href={`/keys/${group.tightest.id}`}
                    prefetch={false}
                    className="block max-w-64 truncate rounded-xs text-xs underline-offset-[3px] hover:underline"
                  >
                    <bdi>{group.tightest.name ?? group.tightest.hint}</bdi>
                  </Link>
                  <KeyBar of={group.tightest} at={at} />
                </>
              )}
            </Td>
            <Td numeric className="max-sm:hidden">
              {formatMagnitude(group.requests)}
            </Td>
            <Td numeric className="max-sm:hidden">
              {formatPercent(group.error_rate)}
            </Td>
            <Td numeric className="max-sm:hidden">
              {formatMicros(group.cost_today_micros)}
            </Td>
          </Row>
        ))}
      </TableBody>
    </Table>
  );
}

/** How many keys are in each state, as a bar and in words. */
function States({ of, total }: { of: Record<KeyState, number>; total: number }) {
  const present = STATE_ORDER.filter((state) => of[state] > 0);
  const words = present.map((state) => `${formatNumber(of[state])} ${STATE_LOOK[state].label.toLowerCase()}`);
  return (
    <span className="block">
      <span aria-hidden className="flex h-2 w-40 gap-0.5 sm:w-44 overflow-hidden rounded-xs">
        {present.map((state) => (
          <i
            key={state}
            className={clsx("min-w-1 rounded-xs", STATE_LOOK[state].fill)}
            style={{ flex: `${of[state]} 1 0` }}
          />
        ))}
      </span>
      <span className="mt-1 block text-fg-2 text-xs">
        {present.length === 1 ? words[0] : `${formatNumber(total)}: ${words.join(", ")}`}
      </span>
    </span>
  );
}
