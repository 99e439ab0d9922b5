import { useMemo } from "react";
import { ActivityChart } from "@/components/keys/activity-chart";
import { costSeries, latencySeries, requestSeries, tokenSeries } from "@/components/keys/activity-model";
import { Card } from "@/components/ui/card";
import type { TimeRange } from "@/lib/domain/charts/range";
import { type Activity, type LiveDelta, withDeltas } from "@/lib/domain/live/buckets";
import { formatMs } from "@/lib/format";

/** What a key was used for over the range: how calls ended, how long they took, what they used and cost. */
export function Charts({
  activity,
  deltas,
  range,
}: {
  activity: Activity;
  deltas: readonly LiveDelta[];
  range: TimeRange;
}) {
  const { buckets: read, step_ms: stepMs } = activity;
  const buckets = useMemo(() => withDeltas(read, stepMs, deltas), [read, stepMs, deltas]);
  const shared = { buckets, stepMs, range };
  const step = formatMs(stepMs);
  return (
    <div className="grid min-w-0 grid-cols-1 gap-3 xl:grid-cols-2">
      <Card title="Requests" hint="per second, by outcome" className="xl:col-span-2">
        <ActivityChart
          {...shared}
          build={requestSeries}
          title="Requests per second, by outcome"
          kind="area"
          unit="count"
          perSecond
          height={220}
        />
      </Card>
      <Card title="Latency" hint="of calls that say how long they took">
        <ActivityChart
          {...shared}
          build={latencySeries}
          title="Latency: p50, p95 and p99"
          kind="line"
          unit="ms"
          height={180}
        />
      </Card>
      <Card title="Tokens" hint={`per ${step}`}>
        <ActivityChart
          {...shared}
          build={tokenSeries}
          title={`Tokens per ${step}`}
          kind="area"
          unit="tokens"
          height={180}
        />
      </Card>
      <Card title="Cost" hint={`per ${step}`} className="xl:col-span-2">
        <ActivityChart
          {...shared}
          build={costSeries}
          title={`Cost per ${step}`}
          kind="area"
          unit="usd"
          height={140}
          legend={false}
        />
      </Card>
    </div>
  );
}
