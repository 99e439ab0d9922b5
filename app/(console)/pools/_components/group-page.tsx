"use client";

import { ChartSpline, CircleCheck } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { useMemo, useState } from "react";
import { ExplorationView } from "@/components/explore/exploration-view";
import { ActivityChart } from "@/components/keys/activity-chart";
import { type ActivityView, VIEWS, type ViewName } from "@/components/keys/activity-model";
import { LiveStatus } from "@/components/live/live-status";
import type { LiveChange } from "@/components/live/live-stream";
import { StaleNotice } from "@/components/live/stale-notice";
import { useLive } from "@/components/live/use-live";
import { RangePicker } from "@/components/shell/range-picker";
import { FleetBar } from "@/components/state/fleet-bar";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Segmented } from "@/components/ui/radio-group";
import { TextLink } from "@/components/ui/text-link";
import { useNow, useZone } from "@/components/ui/viewer";
import { Breakdown } from "@/components/usage/breakdown";
import { UsualWeek } from "@/components/usage/usual-week";
import { explorationTitle, readExploration } from "@/lib/domain/charts/exploration-query";
import { isLive, parseRange, type TimeRange, withRange } from "@/lib/domain/charts/range";
import { MINUTE } from "@/lib/domain/usage/duration";
import type { GroupDetailDto } from "@/lib/features/keys/group-detail";
import { formatMs, formatNumber } from "@/lib/format";
import { IncidentList } from "../../_components/incident-list";
import { SilenceMenu } from "../../silences/_components/silence-menu";
import { GroupLimits } from "./group-limits";
import { MemberTable } from "./member-table";

const CONCERNS = new Set(["key", "limit", "incident"]);
const concerns = ({ entity }: LiveChange) => CONCERNS.has(entity);

/** The page of a pool or a provider: all its keys as one, and what each of them has of it. */
export function GroupPage({
  initial,
  since,
  range: initialRange,
  canWrite,
}: {
  initial: GroupDetailDto;
  since: string;
  /** What the server read of it. */
  range: TimeRange;
  canWrite: boolean;
}) {
  const { kind, id, name } = initial;
  const zone = useZone();
  const address = useSearchParams();
  const urlOf = (of: TimeRange) =>
    `/api/v1/${kind}s/${encodeURIComponent(id)}/activity?${withRange(new URLSearchParams({ tz: zone }), of)}`;
  const asked = useMemo(() => parseRange(address), [address]);
  const { data, params, busy, stream, failure } = useLive({
    initial,
    since,
    initialUrl: urlOf(initialRange),
    urlOf: (address) => urlOf(parseRange(address)),
    concerns,
  });
  const range = useMemo(() => parseRange(params), [params]);
  const charts = { data, range, busy };
  const scope = new URLSearchParams({ [kind]: id });
  const keys = `/keys?${scope}`;
  const { incidents } = data;
  const open = incidents.filter(({ state }) => state !== "resolved").length;
  return (
    <>
      <PageHeader
        parent={
          kind === "pool"
            ? { label: "Pools", href: "/pools" }
            : { label: "Providers", href: "/pools?by=provider" }
        }
        title={<span className="line-clamp-2">{name}</span>}
        description={
          <>
            {data.provider !== null && (
              <>
                <bdi>{data.provider}</bdi> ·{" "}
              </>
            )}
            {data.total === 1 ? "1 key" : `${formatNumber(data.total)} keys`}
          </>
        }
        actions={
          <>
            <LiveStatus stream={stream} />
            <span className="flex gap-2 sm:order-last">
              {canWrite && <SilenceMenu matcher={{ [kind]: id }} what={name.slice(0, 80)} />}
              <ButtonLink
                href={`/explore?${withRange(new URLSearchParams({ metric: "requests", [kind]: id, group_by: "key", as: "area" }), asked)}`}
                icon={<ChartSpline aria-hidden />}
              >
                Explore
              </ButtonLink>
            </span>
            <RangePicker />
          </>
        }
      />
      <StaleNotice failure={failure} />
      <div className="flex flex-col gap-3">
        <Card aria-label="Keys by state">
          <FleetBar counts={data.states} href={(state) => `${keys}&state=${state}`} />
        </Card>
        <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_340px] xl:grid-cols-[minmax(0,1fr)_372px]">
          <div className="flex min-w-0 flex-col gap-3">
            <GroupChart
              {...charts}
              name="requests"
              title="Requests"
              hint="per second, by outcome"
              height={260}
            />
            <UseCharts {...charts} />
            <Shares scope={scope} range={asked} />
          </div>
          <div className="flex min-w-0 flex-col gap-3 max-lg:order-first">
            <GroupLimits limits={data.limits} />
            <Card title="Incidents" hint={open > 0 ? `${open} open` : undefined} padded={false}>
              {incidents.length === 0 ? (
                <EmptyState icon={<CircleCheck aria-hidden className="text-ok-text" />} title="No incident">
                  No rule has fired for {kind === "pool" ? "this pool" : "this provider"} or its keys.
                </EmptyState>
              ) : (
                <IncidentList incidents={incidents} />
              )}
            </Card>
            <UsualWeek scope={scope.toString()} />
          </div>
        </div>
        <Card
          title="Keys"
          hint={<span className="max-sm:hidden">the last hour, the busiest first</span>}
          padded={false}
          className="overflow-hidden"
          action={
            <TextLink quiet href={`${keys}&sort=headroom`} className="text-sm">
              {data.total === 1 ? "The one key" : `All ${formatNumber(data.total)} keys`} →
            </TextLink>
          }
        >
          <MemberTable members={data.members} at={data.at} />
        </Card>
        <Breakdown scope={scope.toString()} range={asked} />
      </div>
    </>
  );
}

type ChartProps = { data: GroupDetailDto; range: TimeRange; busy: boolean };

function GroupChart({
  data: { activity },
  range,
  busy,
  name,
  title,
  hint,
  height,
}: ChartProps & { name: ViewName; title: string; hint: string; height: number }) {
  const view: ActivityView = VIEWS[name];
  return (
    <Card title={title} hint={hint} busy={busy}>
      <ActivityChart
        buckets={activity.buckets}
        stepMs={activity.step_ms}
        range={range}
        build={view.build}
        title={`${title}, ${hint}`}
        kind={view.kind}
        unit={view.unit}
        perSecond={view.perSecond === true}
        height={height}
      />
    </Card>
  );
}

function UseCharts(props: ChartProps) {
  const step = `per ${formatMs(props.data.activity.step_ms)}`;
  return (
    <div className="grid grid-cols-1 gap-3 md:grid-cols-2">
      <GroupChart {...props} name="errors" title="Errors" hint="share of all calls" height={170} />
      <GroupChart {...props} name="latency" title="Latency" hint="of calls that say it" height={170} />
      <GroupChart {...props} name="tokens" title="Tokens" hint={step} height={170} />
      <GroupChart {...props} name="cost" title="Cost" hint={step} height={170} />
    </div>
  );
}

const SHARED = [
  { value: "requests", label: "Requests" },
  { value: "total_tokens", label: "Tokens" },
  { value: "cost_usd", label: "Cost" },
  { value: "errors", label: "Errors" },
] as const;

/** What each key had of the whole, over the range. */
function Shares({ scope, range }: { scope: URLSearchParams; range: TimeRange }) {
  const [metric, setMetric] = useState<(typeof SHARED)[number]["value"]>("requests");
  const live = isLive(range, useNow(MINUTE));
  const query = withRange(
    new URLSearchParams([...scope, ["metric", metric], ["group_by", "key"], ["as", "area"]]),
    range,
  );
  const title = explorationTitle(readExploration(query));
  return (
    <Card title="Share of each key">
      <div className="relative mb-2 max-w-full overflow-x-auto">
        <Segmented aria-label="Share of" options={SHARED} value={metric} onChange={setMetric} />
      </div>
      <ExplorationView url={`/api/v1/explore?${query}`} live={live} title={title} height={220} />
    </Card>
  );
}
