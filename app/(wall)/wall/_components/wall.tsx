"use client";

import { CircleCheck, X } from "lucide-react";
import { useMemo, useRef } from "react";
import { HeadroomBar } from "@/components/headroom/headroom-bar";
import { ActivityChart } from "@/components/keys/activity-chart";
import { requestSeries } from "@/components/keys/activity-model";
import { headroomOf, tightestOf } from "@/components/keys/key-headroom";
import { KeyWhen } from "@/components/keys/key-when";
import { LiveStatus } from "@/components/live/live-status";
import { StaleNotice } from "@/components/live/stale-notice";
import { useLive } from "@/components/live/use-live";
import { Mark } from "@/components/shell/brand";
import { SeverityBadge } from "@/components/state/alert-badge";
import { FleetBar } from "@/components/state/fleet-bar";
import { StateBadge } from "@/components/state/state-badge";
import { Card } from "@/components/ui/card";
import { RelativeTime } from "@/components/ui/relative-time";
import { useNow, useTimes, useZone } from "@/components/ui/viewer";
import type { TimeRange } from "@/lib/domain/charts/range";
import { withDeltas } from "@/lib/domain/live/buckets";
import type { KeyWithLately, OverviewDto } from "@/lib/features/overview/queries";
import type { IncidentSummary } from "@/lib/features/overview/schemas";
import { formatMagnitude, formatNumber, formatPercent, formatTime, formatUsdShort } from "@/lib/format";
import { useKeepAlive } from "./keep-alive";
import { useHeight } from "./use-height";

const RANGE: TimeRange = { kind: "preset", preset: "6h" };
const KEYS = 6;
/** What the chart's legend and the margin below it take of the card. */
const LEGEND_PX = 52;
/** Nobody scrolls a wall: a line that does not fit wraps into the next column, which is out of sight. */
const WHOLE_LINES = "flex min-h-0 grow flex-col overflow-hidden lg:flex-wrap *:w-full *:px-4";

/** The overview on a wall: read from afar, never touched. */
export function Wall({ initial, since }: { initial: OverviewDto; since: string }) {
  useKeepAlive();
  const zone = useZone();
  const times = useTimes();
  const now = useNow();
  const url = `/api/v1/overview?tz=${encodeURIComponent(zone)}&range=6h`;
  const { data, deltasSince, stream, failure } = useLive({
    initial,
    since,
    initialUrl: url,
    urlOf: () => url,
    concerns: () => true,
  });
  const deltas = deltasSince(data.activity.at);
  const buckets = useMemo(
    () => withDeltas(data.activity.buckets, data.activity.step_ms, deltas),
    [data.activity, deltas],
  );
  const box = useRef<HTMLDivElement>(null);
  const height = useHeight(box);
  const { today } = data.today;
  return (
    <main className="grid grid-cols-1 gap-4 p-5 text-base lg:h-dvh lg:grid-rows-[auto_auto_minmax(0,1.15fr)_minmax(0,1fr)] lg:overflow-hidden">
      <header className="flex flex-wrap items-center gap-4">
        <Mark className="size-8" />
        <h1 className="font-semibold text-2xl tracking-[-0.02em]">Keygauge</h1>
        <span className="ml-auto flex items-center gap-6">
          <LiveStatus stream={stream} />
          <span className="font-semibold text-2xl">{formatTime(now, times)}</span>
          <a
            href="/"
            aria-label="Leave the wall"
            className="grid size-8 place-items-center rounded-md text-fg-3 hover:text-fg"
          >
            <X aria-hidden className="size-4" />
          </a>
        </span>
      </header>
      <div>
        <StaleNotice failure={failure} />
        <div className="[&_b]:text-[28px] [&_li]:text-lg [&_svg]:size-5 [&>div>div:first-child]:h-5">
          <FleetBar counts={data.keys} />
        </div>
      </div>
      <div className="grid min-h-0 grid-cols-1 gap-4 lg:grid-cols-[minmax(0,1fr)_minmax(22rem,30%)]">
        <Card
          title="Requests"
          hint="per second, by outcome, 6 h"
          className="relative min-h-0 overflow-hidden max-lg:h-80"
        >
          <div ref={box} className="absolute inset-x-0 top-9 bottom-0 px-4 pb-4">
            <ActivityChart
              buckets={buckets}
              stepMs={data.activity.step_ms}
              range={RANGE}
              build={requestSeries}
              title="Requests per second, by outcome"
              kind="area"
              unit="count"
              perSecond
              height={Math.max(120, height - LEGEND_PX)}
            />
          </div>
        </Card>
        <dl className="grid min-h-0 grid-cols-2 gap-4">
          <Figure label="Requests today" value={formatMagnitude(today.requests, 4)} />
          <Figure
            label="Errors today"
            value={formatPercent(today.requests === 0 ? null : today.errors / today.requests)}
          />
          <Figure label="Tokens today" value={formatMagnitude(today.input_tokens + today.output_tokens, 4)} />
          <Figure label="Cost today" value={formatUsdShort(today.cost_micros / 1e6)} />
        </dl>
      </div>
      <div className="grid min-h-0 grid-cols-1 gap-4 lg:grid-cols-[minmax(0,1fr)_minmax(20rem,34%)]">
        <Card title="Least headroom" padded={false} className="flex min-h-0 flex-col overflow-hidden">
          {data.least_headroom.length === 0 ? (
            <p className="py-10 text-center text-fg-2 text-lg">No key has been seen yet</p>
          ) : (
            <ul className={WHOLE_LINES}>
              {data.least_headroom.slice(0, KEYS).map((key) => (
                <KeyLine key={key.id} of={key} at={data.at} />
              ))}
            </ul>
          )}
        </Card>
        <Card
          title="Open incidents"
          hint={formatNumber(data.incidents.open)}
          padded={false}
          className="flex min-h-0 flex-col overflow-hidden"
        >
          {data.incidents.data.length === 0 ? (
            <p className="flex items-center justify-center gap-2.5 py-10 text-fg-2 text-lg">
              <CircleCheck aria-hidden className="size-5 text-ok-text" /> Nothing is open
            </p>
          ) : (
            <ul className={WHOLE_LINES}>
              {data.incidents.data.map((incident) => (
                <IncidentLine key={incident.id} of={incident} />
              ))}
            </ul>
          )}
        </Card>
      </div>
    </main>
  );
}

function Figure({ label, value }: { label: string; value: string }) {
  return (
    <div className="flex min-h-0 flex-col justify-center overflow-hidden rounded-xl border bg-surface px-4 py-2">
      <dt className="text-fg-2">{label}</dt>
      <dd className="whitespace-nowrap font-semibold text-[clamp(20px,2vw,40px)] tracking-[-0.02em]">
        {value}
      </dd>
    </div>
  );
}

function KeyLine({ of, at }: { of: KeyWithLately; at: number }) {
  const tightest = tightestOf(of);
  return (
    <li className="grid grid-cols-1 items-center gap-x-5 gap-y-1 lg:grid-cols-[minmax(0,1.1fr)_8.5rem_minmax(0,1.6fr)_14rem] border-b py-2 last:border-b-0">
      <bdi className="truncate font-medium text-lg">{of.name ?? of.hint}</bdi>
      <StateBadge state={of.state} />
      {tightest === undefined ? (
        <span className="text-fg-3">No limit known</span>
      ) : (
        <HeadroomBar headroom={headroomOf(tightest, of, at)} />
      )}
      <KeyWhen of={of} at={at} />
    </li>
  );
}

function IncidentLine({ of }: { of: IncidentSummary }) {
  return (
    <li className="grid grid-cols-[20px_minmax(0,1fr)_auto] items-center gap-x-3 border-b py-2 last:border-b-0">
      <SeverityBadge severity={of.severity} iconOnly />
      <bdi className="truncate font-medium text-lg">{of.rule_name}</bdi>
      <RelativeTime at={Date.parse(of.started_at)} className="text-fg-3" />
      <bdi className="col-start-2 truncate text-fg-2">
        {[of.provider, of.subject, of.state === "firing" ? null : of.state].filter(Boolean).join(" · ")}
      </bdi>
    </li>
  );
}
