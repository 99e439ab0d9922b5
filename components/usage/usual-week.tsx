"use client";

import { useState } from "react";
import { WeekMap } from "@/components/charts/week-map";
import { useFetched } from "@/components/live/use-fetched";
import { Card } from "@/components/ui/card";
import { ErrorState } from "@/components/ui/error-state";
import { Select } from "@/components/ui/select";
import { Skeleton } from "@/components/ui/skeleton";
import { useZone } from "@/components/ui/viewer";
import { foldWeek } from "@/lib/domain/charts/week";
import { DAY, HOUR } from "@/lib/domain/usage/duration";
import type { UsageSeries } from "@/lib/features/usage/schemas";
import { formatMetric } from "@/lib/format";

const SPAN = 28 * DAY;
const METRICS = ["requests", "errors", "total_tokens", "cost_usd"] as const;
const LABELS = { requests: "Requests", errors: "Errors", total_tokens: "Tokens", cost_usd: "Cost" } as const;

/** When in the week the use happens: the last four, hour by weekday, in the viewer's zone. */
export function UsualWeek({ scope }: { scope: string }) {
  const zone = useZone();
  const [name, setName] = useState<(typeof METRICS)[number]>("requests");
  // Whole hours, so that the address stays the same while one looks.
  const [to] = useState(() => Math.floor(Date.now() / HOUR) * HOUR);
  const usage = useFetched<{ series: UsageSeries[] }>(
    `/api/v1/usage?${scope}&metric=${name}&step=1h&from=${to - SPAN}&to=${to}`,
  );
  const points = usage.data?.series[0]?.points ?? [];
  // Hours before the first use would only make the mean small.
  const began = points.findIndex(([, value]) => value !== null && value > 0);
  return (
    <Card
      title="The usual week"
      hint="by hour, mean of four"
      action={
        <Select
          aria-label="Metric of the week"
          className="w-32"
          value={name}
          onChange={setName}
          options={METRICS.map((value) => ({ value, label: LABELS[value] }))}
        />
      }
    >
      {usage.state === "failed" && usage.data === null ? (
        <ErrorState title="The week could not be loaded" retry={usage.retry}>
          {usage.message}
        </ErrorState>
      ) : usage.data === null ? (
        <Skeleton className="h-[176px]" />
      ) : (
        <WeekMap
          model={foldWeek(began < 0 ? [] : points.slice(began), zone)}
          caption={`${LABELS[name]} by hour and weekday`}
          words={(value) => (value === null ? "no data" : `${formatMetric(name, value)} an hour`)}
        />
      )}
    </Card>
  );
}
