import { useMemo } from "react";
import { ActivityChart } from "@/components/keys/activity-chart";
import {
  type ActivityView,
  besideOthers,
  VIEWS,
  type ViewName,
  withPrevious,
} from "@/components/keys/activity-model";
import { Card } from "@/components/ui/card";
import type { Level } from "@/lib/domain/charts/levels";
import type { TimeRange } from "@/lib/domain/charts/range";
import type { Span } from "@/lib/domain/charts/time-series";
import { type LiveDelta, withDeltas } from "@/lib/domain/live/buckets";
import type { KeyDetailDto } from "@/lib/features/keys/detail";
import { formatMs } from "@/lib/format";

export type ChartsProps = {
  data: KeyDetailDto;
  /** What was used since, if it counts for what the charts show. */
  deltas: readonly LiveDelta[];
  range: TimeRange;
  /** What else the charts were asked for with. */
  of: string;
  busy: boolean;
};

/** A chart of the key with everything it is held against. */
function KeyChart({
  data,
  deltas,
  range,
  of,
  busy,
  name,
  title,
  hint,
  height,
  levels,
  spans,
  menu,
  below,
}: ChartsProps & {
  name: ViewName;
  title: string;
  hint: string;
  height: number;
  levels: readonly Level[];
  spans: readonly Span[];
  menu?: React.ReactNode;
  below?: React.ReactNode;
}) {
  const view: ActivityView = VIEWS[name];
  const { buckets: read, step_ms: stepMs } = data.activity;
  const { previous, compared } = data;
  const own = data.key.name ?? data.key.hint;
  const buckets = useMemo(() => withDeltas(read, stepMs, deltas), [read, stepMs, deltas]);
  const build = useMemo(() => {
    if (compared.length > 0)
      return besideOthers(
        view,
        own,
        compared.map(({ id, name: other, activity }) => ({ id, name: other, buckets: activity.buckets })),
      );
    return previous === null ? view.build : withPrevious(view, previous.buckets);
  }, [view, own, compared, previous]);
  const byKey = view.compared.label === title ? "by key" : `${view.compared.label}, by key`;
  const words = compared.length > 0 ? byKey : hint;
  const drawn = useMemo(() => levels.filter(({ metric }) => view.metrics.includes(metric)), [levels, view]);
  return (
    <Card title={title} hint={words} busy={busy}>
      <ActivityChart
        buckets={buckets}
        stepMs={stepMs}
        range={range}
        of={of}
        build={build}
        title={`${title}, ${words}`}
        kind={compared.length > 0 ? "line" : view.kind}
        unit={view.unit}
        perSecond={view.perSecond === true}
        height={height}
        levels={drawn}
        spans={spans}
        menu={menu}
        below={below}
      />
    </Card>
  );
}

/** How the key's calls ended over the range. */
export function RequestsChart(
  props: ChartsProps & Drawn & { menu: React.ReactNode; below: React.ReactNode },
) {
  return <KeyChart {...props} name="requests" title="Requests" hint="per second, by outcome" height={280} />;
}

/** What failed, how long calls took, what they used and what they cost. */
export function UseCharts(props: ChartsProps & Drawn) {
  const step = `per ${formatMs(props.data.activity.step_ms)}`;
  return (
    <div className="grid grid-cols-1 gap-3 md:grid-cols-2">
      <KeyChart {...props} name="errors" title="Errors" hint="share of all calls" height={180} />
      <KeyChart {...props} name="latency" title="Latency" hint="of calls that say it" height={180} />
      <KeyChart {...props} name="tokens" title="Tokens" hint={step} height={180} />
      <KeyChart {...props} name="cost" title="Cost" hint={step} height={180} />
    </div>
  );
}

type Drawn = { levels: readonly Level[]; spans: readonly Span[] };
