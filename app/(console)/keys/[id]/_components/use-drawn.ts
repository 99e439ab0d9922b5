import { useMemo } from "react";
import type { Level } from "@/lib/domain/charts/levels";
import type { Span } from "@/lib/domain/charts/time-series";
import type { KeyDetailDto } from "@/lib/features/keys/detail";
import type { KeyDto } from "@/lib/features/keys/schemas";

/** What the key's charts draw in: rules' thresholds and limits, incidents and annotations. Changes only when they do. */
export function useDrawn({ key, levels, drawn }: KeyDetailDto): { levels: Level[]; spans: Span[] } {
  const asked = JSON.stringify([levelsOf(key, levels), spansOf(drawn)]);
  return useMemo(() => {
    const [ofRules, spans] = JSON.parse(asked) as [Level[], Span[]];
    return { levels: ofRules, spans };
  }, [asked]);
}

/** Limits first: they stay where rules come and go. */
function levelsOf(key: KeyDto, ofRules: readonly Level[]): Level[] {
  const ofLimits = key.limits.map(({ id, metric, amount, window, time_zone }) => ({
    id,
    name: "limit",
    metric,
    operator: ">=" as const,
    amount,
    window,
    time_zone,
    severity: "limit" as const,
  }));
  return [...ofLimits, ...ofRules];
}

function spansOf({ incidents, annotations }: KeyDetailDto["drawn"]): Span[] {
  return [
    ...incidents.map(({ rule_name, severity, started_at, resolved_at }) => ({
      from: Date.parse(started_at),
      // It goes on: to the end of the chart, wherever that is.
      to: resolved_at === null ? Number.MAX_SAFE_INTEGER : Date.parse(resolved_at),
      label: `${severity}: ${rule_name}`,
      severity,
    })),
    ...annotations.map(({ at, ends_at, text }) => ({
      from: Date.parse(at),
      to: Date.parse(ends_at ?? at),
      label: text,
      severity: "note" as const,
    })),
  ];
}
