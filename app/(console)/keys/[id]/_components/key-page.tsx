"use client";

import { Flag } from "lucide-react";
import { usePathname, useSearchParams } from "next/navigation";
import { useMemo, useState } from "react";
import { KeyReason } from "@/components/keys/key-reason";
import { LiveStatus } from "@/components/live/live-status";
import type { LiveChange } from "@/components/live/live-stream";
import { StaleNotice } from "@/components/live/stale-notice";
import { useLive } from "@/components/live/use-live";
import { RangePicker } from "@/components/shell/range-picker";
import { StateBadge } from "@/components/state/state-badge";
import { Callout } from "@/components/ui/callout";
import { MenuItem } from "@/components/ui/menu";
import { PageHeader } from "@/components/ui/page-header";
import { RelativeTime } from "@/components/ui/relative-time";
import { Breakdown } from "@/components/usage/breakdown";
import { EventTail } from "@/components/usage/event-tail";
import { Chip, FilterChips } from "@/components/usage/filter-chips";
import { UsualWeek } from "@/components/usage/usual-week";
import { type Compare, withCompare } from "@/lib/domain/charts/compare";
import { type KeyLook, keyLookOf, keyLookParams } from "@/lib/domain/charts/key-look";
import { tagWords } from "@/lib/domain/usage/key-tags";
import type { KeyDetailDto } from "@/lib/features/keys/detail";
import type { KeyDto } from "@/lib/features/keys/schemas";
import { SilenceMenu } from "../../../silences/_components/silence-menu";
import { Annotations } from "./annotations";
import { RequestsChart, UseCharts } from "./charts";
import { CompareMenu } from "./compare";
import { DrawnList } from "./drawn-list";
import { KeyActions } from "./key-actions";
import { KeyIncidents } from "./key-incidents";
import { Limits } from "./limits";
import { StateBand } from "./state-band";
import { useDrawn } from "./use-drawn";

const NOTHING: readonly never[] = [];

/** A key's page, drawn from what the server read and moved on by the live stream. */
export function KeyPage({
  initial,
  since,
  look: initialLook,
  canWrite,
  canDelete,
}: {
  initial: KeyDetailDto;
  since: string;
  /** What the server read of it. */
  look: KeyLook;
  canWrite: boolean;
  canDelete: boolean;
}) {
  const { id } = initial.key;
  const [notes, setNotes] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const address = useSearchParams();
  const asked = useMemo(() => keyLookOf(id, address), [id, address]);
  const urlOf = (look: KeyLook) => `/api/v1/keys/${id}/activity?${keyLookParams(look)}`;
  const { data, params, busy, deltasSince, stream, failure, refresh } = useLive({
    initial,
    since,
    initialUrl: urlOf(initialLook),
    urlOf: (address) => urlOf(keyLookOf(id, address)),
    keys: [id],
    held: deleting,
    concerns: ({ entity, id: of }: LiveChange) =>
      entity === "incident" ||
      entity === "annotation" ||
      ((entity === "key" || entity === "limit") && of === id),
  });
  const { range, compare, filters } = useMemo(() => keyLookOf(id, params), [id, params]);
  const narrowed = Object.keys(filters).length > 0;
  const { key } = data;
  const { levels, spans } = useDrawn(data);
  // What was used by the second does not say by which model, or for whom.
  const deltas = narrowed ? NOTHING : deltasSince(data.activity.at);
  const charts = {
    data,
    deltas,
    range,
    of: params.toString(),
    busy,
    levels: narrowed ? NOTHING : levels,
    spans,
  };
  return (
    <>
      <PageHeader
        parent={{ label: "Keys", href: "/keys" }}
        title={<span className="line-clamp-2">{key.name ?? key.hint}</span>}
        badge={<StateBadge state={key.state} />}
        description={<KeyFacts of={key} />}
        actions={
          <>
            <LiveStatus stream={stream} />
            <span className="flex gap-2 max-sm:ml-auto sm:order-last">
              <CompareMenu of={key} compare={asked.compare} />
              {canWrite && (
                <>
                  <SilenceMenu matcher={{ key: id }} what={key.name ?? key.hint} />
                  <KeyActions of={key} canDelete={canDelete} onChanged={refresh} onDeleting={setDeleting} />
                </>
              )}
            </span>
            <RangePicker />
          </>
        }
      />
      <StaleNotice failure={failure} />
      <Chips compare={compare} compared={data.compared} />
      {data.refused !== null && (
        <Callout kind="warning" title="These filters cannot be drawn over this range" className="mb-3">
          {data.refused}
        </Callout>
      )}
      <div className="flex flex-col gap-3">
        <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_340px] xl:grid-cols-[minmax(0,1fr)_372px]">
          <div className="flex min-w-0 flex-col gap-3">
            <RequestsChart
              {...charts}
              menu={
                <MenuItem icon={<Flag aria-hidden />} onSelect={() => setNotes(true)}>
                  {canWrite ? "Annotate …" : "Annotations …"}
                </MenuItem>
              }
              below={
                <>
                  <StateBand id={id} range={range} stepMs={data.activity.step_ms} held={deleting} />
                  {narrowed && levels.length > 0 && (
                    <p className="mt-2 text-fg-3 text-xs">
                      Limits and thresholds count all calls of the key, so they are not drawn while filters
                      narrow the charts.
                    </p>
                  )}
                  <DrawnList drawn={data.drawn} now={data.at} onNotes={() => setNotes(true)} />
                </>
              }
            />
            <UseCharts {...charts} />
            <Breakdown scope={`key=${id}`} range={asked.range} />
          </div>
          <div className="flex min-w-0 flex-col gap-3 max-lg:order-first">
            <Limits of={key} at={data.at} canWrite={canWrite} onChanged={refresh} />
            <KeyIncidents id={id} incidents={data.incidents} />
            <UsualWeek scope={`key=${id}`} />
          </div>
        </div>
        <EventTail scope={`key=${id}`} latest={data.events} />
      </div>
      <Annotations
        open={notes}
        onOpenChange={setNotes}
        of={key}
        annotations={data.drawn.annotations}
        canWrite={canWrite}
        onChanged={refresh}
      />
    </>
  );
}

/** What the page is narrowed to and compared with. */
function Chips({ compare, compared }: { compare: Compare; compared: KeyDetailDto["compared"] }) {
  const pathname = usePathname();
  const params = new URLSearchParams(useSearchParams());
  const without = (next: Compare) => `${pathname}?${withCompare(params, next)}`;
  if (compare.kind === "none") return <FilterChips />;
  if (compare.kind === "previous")
    return (
      <FilterChips>
        <Chip label="compared with the time before" href={without({ kind: "none" })} />
      </FilterChips>
    );
  return (
    <FilterChips>
      {compare.ids.map((id) => (
        <Chip
          key={id}
          label="beside"
          value={compared.find((one) => one.id === id)?.name ?? `key ${id}, which is not known`}
          href={without({ kind: "keys", ids: compare.ids.filter((other) => other !== id) })}
        />
      ))}
    </FilterChips>
  );
}

/** Why the key is in its state, when it comes back, and what it is. */
function KeyFacts({ of }: { of: KeyDto }) {
  return (
    <span className="flex flex-wrap gap-x-2 gap-y-0.5">
      <span className="font-medium text-fg">
        <KeyReason of={of} />
      </span>
      <Dot />
      <span className="font-mono text-xs leading-[1.6]">
        <bdi className="foreign-text">{of.provider ?? "no provider"}</bdi> <bdi>{of.hint}</bdi>
      </span>
      {of.pool !== null && (
        <>
          <Dot />
          <span className="min-w-0 max-w-72 truncate" title={of.pool.slice(0, 300)}>
            pool <bdi>{of.pool}</bdi>
          </span>
        </>
      )}
      {Object.keys(of.tags).length > 0 && (
        <>
          <Dot />
          <bdi className="min-w-0 max-w-96 truncate" title={tagWords(of.tags).slice(0, 1_000)}>
            {tagWords(of.tags)}
          </bdi>
        </>
      )}
      <Dot />
      <span>
        last event {of.last_event_at === null ? "never" : <RelativeTime at={Date.parse(of.last_event_at)} />}
      </span>
      {of.retired_at !== null && (
        <>
          <Dot />
          <span>
            retired <RelativeTime at={Date.parse(of.retired_at)} />
          </span>
        </>
      )}
    </span>
  );
}

const Dot = () => (
  <span aria-hidden className="text-fg-3">
    ·
  </span>
);
