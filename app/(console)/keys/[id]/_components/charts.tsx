import { useMemo } from "react";
import { ActivityChart } from "@/components/keys/activity-chart";
import { costSeries, latencySeries, requestSeries, tokenSeries } from "@/components/keys/activity-model";
import { Card } from "@/components/ui/card";
import type { TimeRange } from "@/lib/domain/charts/range";
import { type Activity, type LiveDelta, withDeltas } from "@/lib/domain/live/buckets";
import { formatMs } from "@/lib/format";

type Props = { activity: Activity; deltas: readonly LiveDelta[]; range: TimeRange };

function useBuckets({ activity, deltas, range }: Props) {
  const { buckets: read, step_ms: stepMs } = activity;
  const buckets = useMemo(() => withDeltas(read, stepMs, deltas), [read, stepMs, deltas]);
  return { buckets, stepMs, range };
}

/** How the key's calls ended over the range. */
export function RequestsChart({ height, ...props }: Props & { height: number }) {
  return (
    <Card title="Requests" hint="per second, by outcome">
      <ActivityChart
        {...useBuckets(props)}
        build={requestSeries}
        title="Requests per second, by outcome"
        kind="area"
        unit="count"
        perSecond
        height={height}
      />
    </Card>
  );
}

/** How long the key's calls took, what they used and what they cost. */
export function UseCharts(props: Props) {
  const shared = { ...useBuckets(props), height: 180 };
  const step = formatMs(props.activity.step_ms);
  return (
    <div className="grid grid-cols-1 gap-3 lg:grid-cols-3">
      <Card title="Latency" hint="where calls say how long they took">
        <ActivityChart
          {...shared}
          build={latencySeries}
          title="Latency: p50, p95 and p99"
          kind="line"
          unit="ms"
        />
      </Card>
      <Card title="Tokens" hint={`per ${step}`}>
        <ActivityChart
          {...shared}
          build={tokenSeries}
          title={`Tokens per ${step}`}
          kind="area"
          unit="tokens"
        />
      </Card>
      <Card title="Cost" hint={`per ${step}`}>
        <ActivityChart {...shared} build={costSeries} title={`Cost per ${step}`} kind="area" unit="usd" />
      </Card>
    </div>
  );
}
