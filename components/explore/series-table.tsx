"use client";

import { clsx } from "clsx";
import { useMemo, useState } from "react";
import { fullValue } from "@/components/charts/chart-format";
import { Row, Table, TableBody, TableHead, Td, Th } from "@/components/ui/table";
import {
  type ExploredSeries,
  explorationSeries,
  type SeriesSummary,
  seriesKey,
  summaryOf,
} from "@/lib/domain/charts/exploration";
import { unitOf } from "@/lib/domain/charts/exploration-query";
import { type MetricUnit, metric } from "@/lib/domain/usage/metric";
import type { ExploredDto } from "@/lib/features/explore/schemas";
import { formatMagnitude, formatPercent } from "@/lib/format";
import { chartedSeries } from "./explored-model";
import { type Sort, SortedTh, sortRows } from "./sorted-th";
import { GROUP_LABELS, stepWords } from "./words";

const COLUMNS = [
  { id: "mean", label: "Average" },
  { id: "max", label: "Maximum" },
  { id: "last", label: "Latest" },
] as const satisfies readonly { id: keyof SeriesSummary; label: string }[];

/** What each series of an exploration comes to; a group's name narrows the exploration to it. */
export function SeriesTable({
  data,
  title,
  onDrill,
}: {
  data: ExploredDto;
  title: string;
  onDrill?: ((group: string, label: string) => void) | undefined;
}) {
  const [sort, setSort] = useState<Sort>({ by: "size", descending: true });
  const { series, metrics, group_by: groupBy, at, step_ms: stepMs } = data;
  const unit = unitOf(metrics);
  const hasTotal = series.some(({ total }) => total !== null);
  const isSum = metrics.every((name) => metric(name).kind === "sum");
  const whole = series.reduce((sum, { total }) => sum + (total ?? 0), 0);
  const shared = isSum && groupBy !== null && metrics.length === 1 && whole > 0;
  const rows = useMemo(() => {
    const colors = new Map(
      explorationSeries(chartedSeries({ series, metrics }).series, groupBy).map(({ key, color }) => [
        key,
        color,
      ]),
    );
    const all = series.map((one, rank) => ({
      one,
      rank,
      color: colors.get(seriesKey(one)) ?? "--series-rest",
      summary: summaryOf(one, { now: at, stepMs }),
    }));
    const toValue = ({ one, rank, summary }: (typeof all)[number]) => {
      if (sort.by === "name") return nameOf(one, metrics.length > 1, groupBy !== null);
      return sort.by === "size" ? -rank : (summary[sort.by as keyof SeriesSummary] ?? null);
    };
    return sortRows(all, toValue, sort.descending);
  }, [series, metrics, groupBy, at, stepMs, sort]);
  if (series.length === 0) return null;
  const heads = { sort, onSort: setSort };
  return (
    <div className="mt-3 border-t">
      <Table caption={`${title}: totals`} className="-mx-4 max-h-[28rem]">
        <TableHead sticky>
          <tr>
            <SortedTh id="name" {...heads}>
              {groupBy === null ? "Metric" : GROUP_LABELS[groupBy]}
            </SortedTh>
            {shared && <Th className="w-1/4 max-sm:hidden">Share</Th>}
            {hasTotal && (
              <SortedTh id="total" numeric {...heads}>
                {isSum ? "Total" : "Overall"}
              </SortedTh>
            )}
            {COLUMNS.map(({ id, label }) => (
              <SortedTh key={id} id={id} numeric className={roomFor(id, hasTotal)} {...heads}>
                {label}
                {id !== "last" && isSum && <span className="font-normal"> {stepWords(data)}</span>}
              </SortedTh>
            ))}
          </tr>
        </TableHead>
        <TableBody>
          {rows.map(({ one, color, summary }) => (
            <Row key={seriesKey(one)}>
              <Td className="max-w-72 py-1.5 max-sm:w-full max-sm:max-w-0">
                <span className="flex items-center gap-2">
                  <i
                    aria-hidden
                    className="size-2 shrink-0 rounded-[2px]"
                    style={{ background: `var(${color})` }}
                  />
                  <Name of={one} many={metrics.length > 1} grouped={groupBy !== null} onDrill={onDrill} />
                </span>
              </Td>
              {shared && (
                <Td className="py-1.5 max-sm:hidden">
                  <Share of={(one.total ?? 0) / whole} color={color} />
                </Td>
              )}
              {hasTotal && (
                <Td numeric className="py-1.5 font-medium">
                  {fullValue(summary.total, unit)}
                </Td>
              )}
              {COLUMNS.map(({ id }) => (
                <Td key={id} numeric className={clsx("py-1.5", roomFor(id, hasTotal))}>
                  {figure(id, summary[id], unit)}
                </Td>
              ))}
            </Row>
          ))}
        </TableBody>
      </Table>
      {data.left_out && (
        <p className="border-t pt-2 text-fg-3 text-xs">
          Only the groups with the most requests are shown. Narrow the exploration to see others.
        </p>
      )}
    </div>
  );
}

/** A phone has room for one number beside the name. */
const roomFor = (id: keyof SeriesSummary, hasTotal: boolean): string | undefined =>
  id === "mean" && !hasTotal ? undefined : "max-sm:hidden";

/** A mean is rarely whole, whatever it is of. */
const figure = (id: keyof SeriesSummary, value: number | null, unit: MetricUnit): string =>
  id === "mean" && value !== null && unit === "count" ? formatMagnitude(value) : fullValue(value, unit);

const nameOf = ({ metric: name, label }: ExploredSeries, many: boolean, grouped: boolean) =>
  many && grouped ? `${metric(name).label} · ${label}` : label;

function Name({
  of: one,
  many,
  grouped,
  onDrill,
}: {
  of: ExploredSeries;
  many: boolean;
  grouped: boolean;
  onDrill: ((group: string, label: string) => void) | undefined;
}) {
  const words = nameOf(one, many, grouped);
  const { group, label } = one;
  if (onDrill === undefined || group === null || !grouped) {
    return (
      <bdi className="truncate" title={words.slice(0, 300)}>
        {words}
      </bdi>
    );
  }
  return (
    <button
      type="button"
      title={`Show only ${label.slice(0, 300)}`}
      onClick={() => onDrill(group, label)}
      className="min-w-0 truncate rounded-xs text-left underline-offset-[3px] hover:underline"
    >
      <bdi>{words}</bdi>
    </button>
  );
}

function Share({ of: fraction, color }: { of: number; color: string }) {
  return (
    <span className="flex items-center gap-2.5">
      <span aria-hidden className="h-1.5 min-w-16 grow overflow-hidden rounded-xs bg-track">
        <i
          className="block h-full rounded-xs"
          style={{ width: `${fraction * 100}%`, background: `var(${color})` }}
        />
      </span>
      <span className="w-12 text-right text-fg-2">{formatPercent(fraction)}</span>
    </span>
  );
}
