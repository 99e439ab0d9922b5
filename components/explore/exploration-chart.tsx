"use client";

import { useMemo } from "react";
import { TimeSeriesChart } from "@/components/charts/time-series-chart";
import { useZone } from "@/components/ui/viewer";
import type { ExploredDto } from "@/lib/features/explore/schemas";
import { exploredModel } from "./explored-model";

/** An exploration as lines, stacked areas or bars. */
export function ExplorationChart({
  data,
  title,
  height,
  onZoom,
}: {
  data: ExploredDto;
  title: string;
  height: number;
  onZoom?: ((from: number, to: number) => void) | undefined;
}) {
  const zone = useZone();
  const model = useMemo(() => exploredModel(data, zone), [data, zone]);
  return (
    <TimeSeriesChart
      model={model}
      title={title}
      height={height}
      cursor="page"
      onZoom={onZoom}
      empty={data.series.length === 0 ? "Nothing matches in this range." : undefined}
    />
  );
}
