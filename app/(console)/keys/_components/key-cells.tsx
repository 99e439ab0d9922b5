import type { ReactNode } from "react";
import { Sparkline } from "@/components/charts/sparkline";
import { KeyRoom } from "@/components/keys/key-room";
import { KeyWhen } from "@/components/keys/key-when";
import { StateBadge } from "@/components/state/state-badge";
import { RelativeTime } from "@/components/ui/relative-time";
import { tagWords } from "@/lib/domain/usage/key-tags";
import { STATE_REASON } from "@/lib/domain/usage/state";
import type { KeyRowDto } from "@/lib/features/keys/schemas";
import { formatMicros, formatMs, formatPercent, NO_VALUE } from "@/lib/format";
import type { ColumnId } from "./columns";

type Cell = { className?: string; draw(row: KeyRowDto, at: number): ReactNode };

/** What stands in each column of the table of keys. On a phone there is room for the headroom and what goes with it. */
export const CELLS: Record<ColumnId, Cell> = {
  state: {
    draw: ({ state, why }) => (
      <span title={STATE_REASON[why]}>
        <StateBadge state={state} />
      </span>
    ),
    // On a phone it stands under the name.
    className: "max-sm:hidden",
  },
  headroom: { draw: (row, at) => <KeyRoom of={row} at={at} />, className: "max-sm:w-full" },
  when: { draw: (row, at) => <KeyWhen of={row} at={at} />, className: "min-w-44 max-sm:hidden" },
  rate: {
    // The minute still running would end every line with a fall.
    draw: ({ lately }) => <Sparkline values={lately?.requests.slice(0, -1) ?? []} />,
    className: "max-sm:hidden",
  },
  errors: { draw: ({ lately }) => formatPercent(lately?.error_rate), className: "max-sm:hidden" },
  p95: { draw: ({ lately }) => formatMs(lately?.latency_p95), className: "max-sm:hidden" },
  cost: { draw: ({ lately }) => formatMicros(lately?.cost_today_micros), className: "max-sm:hidden" },
  pool: {
    draw: ({ pool }) => (
      <bdi className="block max-w-36 truncate" title={pool?.slice(0, 300)}>
        {pool ?? NO_VALUE}
      </bdi>
    ),
    className: "text-fg-2 max-sm:hidden",
  },
  tags: {
    draw: ({ tags }) => (
      <bdi className="block max-w-48 truncate" title={tagWords(tags).slice(0, 1_000)}>
        {tagWords(tags) || NO_VALUE}
      </bdi>
    ),
    className: "text-fg-2 max-sm:hidden",
  },
  last_event: {
    draw: ({ last_event_at }) => (
      <RelativeTime at={last_event_at === null ? null : Date.parse(last_event_at)} />
    ),
    className: "min-w-24 text-fg-2 max-sm:hidden",
  },
  added: {
    draw: ({ created_at }) => <RelativeTime at={Date.parse(created_at)} />,
    className: "min-w-24 text-fg-2 max-sm:hidden",
  },
};
