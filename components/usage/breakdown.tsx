"use client";

import { clsx } from "clsx";
import Link from "next/link";
import { usePathname, useSearchParams } from "next/navigation";
import { useState } from "react";
import { useFetched } from "@/components/live/use-fetched";
import { Card } from "@/components/ui/card";
import { ErrorState } from "@/components/ui/error-state";
import { Segmented } from "@/components/ui/radio-group";
import { SkeletonRows } from "@/components/ui/skeleton";
import { Row, Table, TableBody, TableHead, Td, Th } from "@/components/ui/table";
import { useNow, useTimes } from "@/components/ui/viewer";
import { resolveRange, type TimeRange } from "@/lib/domain/charts/range";
import { type Share, sharesOf } from "@/lib/domain/charts/shares";
import { callFiltersOf, withFilter } from "@/lib/domain/usage/call-filter";
import { DAY, HOUR, MINUTE } from "@/lib/domain/usage/duration";
import { floorBucket } from "@/lib/domain/usage/window";
import type { UsageSeries } from "@/lib/features/usage/schemas";
import { formatMagnitude, formatPercent, formatShortInstant, formatUsd } from "@/lib/format";
import { valueWords } from "./filter-chips";
import { useSourceNames } from "./source-names";

const DIMENSIONS = [
  { value: "model", label: "Models", one: "Model" },
  { value: "route", label: "Routes", one: "Route" },
  { value: "status", label: "Statuses", one: "Status" },
  { value: "outcome", label: "Outcomes", one: "Outcome" },
  { value: "consumer", label: "Consumers", one: "Consumer" },
  { value: "client_ip", label: "Addresses", one: "Client address" },
  { value: "source", label: "Sources", one: "Source" },
] as const;
type Dimension = (typeof DIMENSIONS)[number]["value"];

const SHOWN = 10;
const EVERY_MS = 30_000;

/**
 * Who and what the use was for, a dimension at a time. `scope` is whose use, as the API takes it: "key=12". Each value
 * narrows the other dimensions and whatever else of the page follows the address, where what is chosen stands.
 */
export function Breakdown({ scope, range }: { scope: string; range: TimeRange }) {
  const [dimension, setDimension] = useState<Dimension>("model");
  const [all, setAll] = useState(false);
  const times = useTimes();
  const address = useSearchParams();
  const now = useNow(MINUTE);
  const { from, to } = resolveRange(range, now);
  const step = to - from > 7 * DAY ? DAY : HOUR;
  const begins = floorBucket(from, step);
  const query = new URLSearchParams(scope);
  const filters = callFiltersOf(address);
  for (const [name, value] of Object.entries(filters)) if (name !== dimension) query.set(name, value);
  for (const metric of ["requests", "errors", "cost_usd"]) query.append("metric", metric);
  query.set("group_by", dimension);
  query.set("step", step === DAY ? "1d" : "1h");
  query.set("from", String(begins));
  query.set("to", String(to));
  const usage = useFetched<{ series: UsageSeries[] }>(`/api/v1/usage?${query}`, EVERY_MS);
  const names = useSourceNames(dimension === "source");
  const shares = sharesOf(usage.data?.series ?? []);
  const shown = all ? shares : shares.slice(0, SHOWN);
  const one = DIMENSIONS.find(({ value }) => value === dimension)?.one ?? "";

  return (
    <Card
      title="Breakdown"
      hint={
        begins < from
          ? `by the ${step === DAY ? "day" : "hour"}, from ${formatShortInstant(begins, times, now)}`
          : undefined
      }
      padded={false}
    >
      <div className="flex flex-wrap items-center gap-2 px-4 pb-1">
        <div className="relative max-w-full overflow-x-auto">
          <Segmented
            aria-label="Break down by"
            options={DIMENSIONS}
            value={dimension}
            onChange={setDimension}
          />
        </div>
      </div>
      {usage.state === "failed" && usage.data === null && (
        <ErrorState title="The breakdown could not be loaded" retry={usage.retry}>
          {usage.message}
        </ErrorState>
      )}
      {usage.data === null && usage.state === "loading" && <SkeletonRows rows={4} />}
      {usage.data !== null && shares.length === 0 && (
        <p className="px-4 py-8 text-center text-fg-3">No requests in this range.</p>
      )}
      {shown.length > 0 && (
        <Table wide caption={`Breakdown by ${one.toLowerCase()}`}>
          <TableHead>
            <tr>
              <Th>{one}</Th>
              <Th className="w-1/3">Share</Th>
              <Th numeric>Requests</Th>
              <Th numeric>Errors</Th>
              <Th numeric>Cost</Th>
            </tr>
          </TableHead>
          <TableBody>
            {shown.map((share) => (
              <ShareRow
                key={share.name ?? ""}
                share={share}
                dimension={dimension}
                names={names}
                chosen={share.name !== null && share.name === filters[dimension]}
              />
            ))}
          </TableBody>
        </Table>
      )}
      {shares.length > SHOWN && (
        <button
          type="button"
          onClick={() => setAll(!all)}
          className="w-full border-t py-2 text-center text-accent-text text-xs hover:bg-hover"
        >
          {all ? "Show the ten largest" : `Show all ${shares.length}`}
        </button>
      )}
    </Card>
  );
}

function ShareRow({
  share: { name, requests, errors, cost, fraction },
  dimension,
  names,
  chosen,
}: {
  share: Share;
  dimension: Dimension;
  names: ReadonlyMap<string, string>;
  /** The page is narrowed to it. */
  chosen: boolean;
}) {
  const pathname = usePathname();
  const params = new URLSearchParams(useSearchParams());
  const words =
    name === null
      ? "(none)"
      : dimension === "source"
        ? (names.get(name) ?? name)
        : valueWords(dimension, name);
  return (
    <Row>
      <Td className="max-w-56">
        {name !== null && name !== "(other)" ? (
          <Link
            href={`${pathname}?${withFilter(params, dimension, chosen ? null : name)}`}
            scroll={false}
            prefetch={false}
            aria-current={chosen ? "true" : undefined}
            title={words.slice(0, 300)}
            className={clsx(
              "block truncate rounded-xs underline-offset-[3px] hover:underline",
              chosen && "font-medium text-accent-text",
            )}
          >
            <bdi>{words}</bdi>
            {chosen && <span className="sr-only"> (chosen, click to show all again)</span>}
          </Link>
        ) : (
          <bdi className={clsx("block truncate", name === null && "text-fg-3")} title={words.slice(0, 300)}>
            {words}
          </bdi>
        )}
      </Td>
      <Td>
        <span className="flex items-center gap-2.5">
          <span aria-hidden className="h-2 min-w-16 grow overflow-hidden rounded-xs bg-track">
            <i className="block h-full rounded-xs bg-accent" style={{ width: `${fraction * 100}%` }} />
          </span>
          <span className="w-12 text-right text-fg-2">{formatPercent(fraction)}</span>
        </span>
      </Td>
      <Td numeric>{formatMagnitude(requests)}</Td>
      <Td numeric className={errors > 0 ? "text-exhausted-text" : "text-fg-3"}>
        {formatPercent(errors / requests)}
      </Td>
      <Td numeric>{formatUsd(cost)}</Td>
    </Row>
  );
}
