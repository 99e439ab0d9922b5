"use client";

import { LiveStatus } from "@/components/live/live-status";
import type { LiveChange } from "@/components/live/live-stream";
import { StaleNotice } from "@/components/live/stale-notice";
import { useLive } from "@/components/live/use-live";
import { RangePicker } from "@/components/shell/range-picker";
import { STATE_REASON, StateBadge } from "@/components/state/state-badge";
import { PageHeader } from "@/components/ui/page-header";
import { RelativeTime } from "@/components/ui/relative-time";
import { Breakdown } from "@/components/usage/breakdown";
import { EventTail } from "@/components/usage/event-tail";
import { UsualWeek } from "@/components/usage/usual-week";
import { type TimeRange, withRange } from "@/lib/domain/charts/range";
import type { KeyDetailDto } from "@/lib/features/keys/detail";
import type { KeyDto } from "@/lib/features/keys/schemas";
import { SilenceMenu } from "../../../silences/_components/silence-menu";
import { RequestsChart, UseCharts } from "./charts";
import { KeyActions } from "./key-actions";
import { KeyIncidents } from "./key-incidents";
import { Limits } from "./limits";

/** A key's page, drawn from what the server read and moved on by the live stream. */
export function KeyPage({
  initial,
  range,
  canWrite,
}: {
  initial: KeyDetailDto;
  range: TimeRange;
  canWrite: boolean;
}) {
  const { id } = initial.key;
  const { data, deltasSince, stream, failure, refresh } = useLive({
    initial,
    url: `/api/v1/keys/${id}/activity?${withRange(new URLSearchParams(), range)}`,
    keys: [id],
    concerns: ({ entity, id: of }: LiveChange) =>
      entity === "incident" || ((entity === "key" || entity === "limit") && of === id),
  });
  const { key } = data;
  const charts = { activity: data.activity, deltas: deltasSince(data.activity.at), range };
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
            {canWrite && (
              <span className="max-sm:ml-auto sm:order-last">
                <span className="flex gap-2">
                  <SilenceMenu matcher={{ key: id }} what={key.name ?? key.hint} />
                  <KeyActions of={key} onChanged={refresh} />
                </span>
              </span>
            )}
            <RangePicker />
          </>
        }
      />
      <StaleNotice failure={failure} />
      <div className="flex flex-col gap-3">
        <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_340px] xl:grid-cols-[minmax(0,1fr)_372px]">
          <RequestsChart {...charts} height={chartHeight(data)} />
          <div className="flex min-w-0 flex-col gap-3 max-lg:order-first">
            <Limits of={key} at={data.at} canWrite={canWrite} onChanged={refresh} />
            <KeyIncidents incidents={data.incidents} />
          </div>
        </div>
        <UseCharts {...charts} />
        <div className="grid items-start gap-3 xl:grid-cols-2">
          <Breakdown scope={`key=${id}`} range={range} />
          <UsualWeek scope={`key=${id}`} />
        </div>
        <EventTail scope={`key=${id}`} latest={data.events} />
      </div>
    </>
  );
}

/** As tall as what stands beside it, within reason. */
function chartHeight({ key, incidents }: KeyDetailDto): number {
  const limits = key.limits.length === 0 ? 250 : 48 + 92 * key.limits.length;
  const beside = limits + 12 + (incidents.length === 0 ? 208 : 50 + 57 * incidents.length);
  return Math.min(420, Math.max(220, beside - 92));
}

/** Why the key is in its state, when it comes back, and what it is. */
function KeyFacts({ of }: { of: KeyDto }) {
  const until = of.until === null ? null : Date.parse(of.until);
  return (
    <span className="flex flex-wrap gap-x-2 gap-y-0.5">
      <span className="font-medium text-fg">
        {STATE_REASON[of.why]}
        {until !== null && (
          <>
            , back <RelativeTime at={until} />
          </>
        )}
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
