import { isAbove } from "@/lib/domain/alerting/comparison";
import type { Rule } from "@/lib/domain/alerting/rule";
import { ValueTrack } from "@/lib/domain/alerting/value-track";
import { metric } from "@/lib/domain/usage/metric";
import type { Point } from "@/lib/domain/usage/steps";
import type { Range } from "@/lib/domain/usage/window";
import { walk } from "./history";
import type { HistoryContext } from "./history-base";

/**
 * What a rule read of some instances over a span of stored history, as the points of a chart by instance; those that
 * are not of the rule any more are left out. Each point is the value of its step that came closest to firing.
 */
export async function chartPoints(
  rule: Rule,
  span: Range & { stepMs: number },
  only: ReadonlySet<string>,
  context: HistoryContext,
): Promise<Map<string, Point[]>> {
  if (only.size === 0) return new Map();
  const options = { above: isAbove(rule.operator), grows: metric(rule.metric).kind === "age" };
  const recorded = new Map<string, ValueTrack>();
  const record = (instance: string) => {
    const track = new ValueTrack(span, options);
    recorded.set(instance, track);
    return track.note.bind(track);
  };
  await walk(rule, span, new Map(), true, { ...context, only, record });
  return new Map([...recorded].map(([instance, track]) => [instance, track.points()]));
}
