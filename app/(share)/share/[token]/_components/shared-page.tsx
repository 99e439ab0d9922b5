"use client";

import { clsx } from "clsx";
import { ExplorationView } from "@/components/explore/exploration-view";
import { Mark } from "@/components/shell/brand";
import { PRESET_LABELS } from "@/components/shell/range-picker";
import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { Instant, RelativeTime } from "@/components/ui/relative-time";
import { useNow } from "@/components/ui/viewer";
import { isLive, parseRange, type TimeRange } from "@/lib/domain/charts/range";
import { MINUTE } from "@/lib/domain/usage/duration";
import type { SharedView } from "@/lib/features/shares/schemas";

/** What a link shows: its panels, read-only, over the range it was made with. */
export function SharedPage({ token, view }: { token: string; view: SharedView }) {
  const range = parseRange(new URLSearchParams(view.range));
  const live = isLive(range, useNow(MINUTE));
  const alone = view.panels.length === 1;
  return (
    <div className="mx-auto flex min-h-dvh w-full max-w-[1120px] flex-col px-4 pt-4 pb-6 md:px-6">
      <main className="grow">
        <PageHeader
          title={<bdi className="line-clamp-2">{view.title}</bdi>}
          description={<RangeOf range={range} />}
        />
        <div className={clsx("grid gap-3", !alone && "lg:grid-cols-2")}>
          {view.panels.map(({ title, size, as }, place) => (
            <Card
              // biome-ignore lint/suspicious/noArrayIndexKey: the panels of a link never change
              key={place}
              title={<bdi>{title}</bdi>}
              className={clsx(!alone && size === "full" && "lg:col-span-2")}
            >
              <ExplorationView
                url={`/api/v1/shared/${place}`}
                token={token}
                live={live}
                title={title}
                height={alone ? 340 : 240}
                summary={alone && as !== "table"}
              />
            </Card>
          ))}
        </div>
      </main>
      <footer className="mt-6 flex flex-wrap items-center gap-x-2 gap-y-1 border-t pt-4 text-fg-3 text-xs">
        <Mark className="size-4" />
        <span>Shared from Keygauge, read-only.</span>
        <span>
          The link ends <RelativeTime at={Date.parse(view.expires_at)} />.
        </span>
      </footer>
    </div>
  );
}

function RangeOf({ range }: { range: TimeRange }) {
  if (range.kind === "preset") return `The last ${PRESET_LABELS[range.preset]}, up to now`;
  return (
    <>
      <Instant at={range.from} /> – <Instant at={range.to} />
    </>
  );
}
