"use client";

import { clsx } from "clsx";
import { CircleCheck, MonitorPlay } from "lucide-react";
import dynamic from "next/dynamic";
import { useMemo } from "react";
import { ActivityChart } from "@/components/keys/activity-chart";
import { requestSeries } from "@/components/keys/activity-model";
import { LiveStatus } from "@/components/live/live-status";
import type { LiveChange } from "@/components/live/live-stream";
import { StaleNotice } from "@/components/live/stale-notice";
import { useLive } from "@/components/live/use-live";
import { RangePicker } from "@/components/shell/range-picker";
import { FleetBar } from "@/components/state/fleet-bar";
import { buttonClass } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { TextLink } from "@/components/ui/text-link";
import { useZone } from "@/components/ui/viewer";
import { parseRange, type TimeRange, withRange } from "@/lib/domain/charts/range";
import { withDeltas } from "@/lib/domain/live/buckets";
import type { OverviewDto } from "@/lib/features/overview/queries";
import { formatNumber } from "@/lib/format";
import { IncidentList } from "../../_components/incident-list";
import { FailingChannels } from "./failing-channels";
import { HeadroomTable } from "./headroom-table";
import { InTrouble } from "./in-trouble";
import { QuietSources } from "./quiet-sources";
import { StartProgress } from "./start-progress";
import { TodayTiles } from "./today-tiles";

// Of no use once there are keys.
const GetStarted = dynamic(() => import("./get-started").then((module) => module.GetStarted));

const CONCERNS = new Set(["key", "limit", "incident", "source", "rule", "channel"]);
const concerns = ({ entity }: LiveChange) => CONCERNS.has(entity);

/** The whole overview, drawn from what the server read and moved on by the live stream. */
export function Overview({
  initial,
  since,
  range: initialRange,
  canWrite,
  start,
}: {
  initial: OverviewDto;
  since: string;
  /** What the server read of it. */
  range: TimeRange;
  canWrite: boolean;
  /** How far the set-up is; null when there is nothing more to say about it. */
  start: { done: number; of: number } | null;
}) {
  const zone = useZone();
  const urlOf = (of: TimeRange) => `/api/v1/overview?${withRange(new URLSearchParams({ tz: zone }), of)}`;
  const { data, params, busy, deltasSince, stream, failure } = useLive({
    initial,
    since,
    initialUrl: urlOf(initialRange),
    urlOf: (address) => urlOf(parseRange(address)),
    concerns,
  });
  const range = useMemo(() => parseRange(params), [params]);
  const { activity } = data;
  const chartDeltas = deltasSince(activity.at);
  const buckets = useMemo(
    () => withDeltas(activity.buckets, activity.step_ms, chartDeltas),
    [activity, chartDeltas],
  );
  const total = Object.values(data.keys).reduce((sum, count) => sum + count, 0);

  return (
    <>
      <PageHeader
        title="Overview"
        actions={
          <>
            <LiveStatus stream={stream} />
            {total > 0 && (
              <>
                <RangePicker />
                {/* A page of its own theme: loaded as a whole. */}
                <a
                  href="/wall"
                  className={clsx(buttonClass(), "max-sm:hidden")}
                  title="For a screen on the wall"
                >
                  <MonitorPlay aria-hidden />
                  Wall
                </a>
              </>
            )}
          </>
        }
      />
      <StaleNotice failure={failure} />
      <FailingChannels channels={data.failing_channels} />
      {start !== null && total > 0 && <StartProgress {...start} />}
      {total === 0 ? (
        <GetStarted hasSources={data.has_sources} canWrite={canWrite} />
      ) : (
        <div className="flex flex-col gap-3">
          <Card aria-label="Keys by state">
            <FleetBar counts={data.keys} href={(state) => `/keys?state=${state}`}>
              {data.in_trouble.length > 0 && <InTrouble keys={data.in_trouble} />}
            </FleetBar>
          </Card>
          <TodayTiles today={data.today} deltas={deltasSince(data.today.at)} />
          <div className="grid gap-3 lg:grid-cols-[minmax(0,1fr)_340px] xl:grid-cols-[minmax(0,1fr)_372px]">
            <Card
              title="Requests"
              hint="per second, by outcome"
              busy={busy}
              action={
                <TextLink
                  quiet
                  href={`/explore?${withRange(new URLSearchParams({ metric: "requests", group_by: "outcome", as: "area" }), range)}`}
                  className="text-sm"
                >
                  Explore →
                </TextLink>
              }
            >
              <ActivityChart
                buckets={buckets}
                stepMs={activity.step_ms}
                range={range}
                build={requestSeries}
                title="Requests per second, by outcome"
                kind="area"
                unit="count"
                perSecond
                height={262}
              />
            </Card>
            <Card
              title="Open incidents"
              hint={data.incidents.open > 0 ? formatNumber(data.incidents.open) : undefined}
              action={
                <TextLink quiet href="/incidents" className="text-sm">
                  All →
                </TextLink>
              }
              padded={false}
            >
              {data.incidents.data.length === 0 ? (
                <EmptyState
                  icon={<CircleCheck aria-hidden className="text-ok-text" />}
                  title="Nothing is open"
                >
                  What crosses a rule's threshold stands here until it is over.
                </EmptyState>
              ) : (
                <IncidentList incidents={data.incidents.data} />
              )}
            </Card>
          </div>
          <QuietSources sources={data.sources} />
          <HeadroomTable rows={data.least_headroom} at={data.at} total={total} />
        </div>
      )}
    </>
  );
}
