"use client";

import { useMemo, useState } from "react";
import { fullValue, rowLabel } from "@/components/charts/chart-format";
import { ChartMenu } from "@/components/charts/download";
import { Row, Table, TableBody, TableHead, Td } from "@/components/ui/table";
import { useTimes, useZone } from "@/components/ui/viewer";
import { chartCsv } from "@/lib/domain/charts/chart-csv";
import { zoneWords } from "@/lib/domain/usage/zone-names";
import type { ExploredDto } from "@/lib/features/explore/schemas";
import { exploredModel } from "./explored-model";
import { type Sort, SortedTh, sortRows } from "./sorted-th";

const TIME = "time";

/** An exploration as numbers, a row a bucket, sorted by whichever column; the CSV holds what is shown, as it is shown. */
export function BucketTable({ data, title, height }: { data: ExploredDto; title: string; height: number }) {
  const zone = useZone();
  const times = useTimes();
  const [sort, setSort] = useState<Sort>({ by: TIME, descending: true });
  const model = useMemo(() => exploredModel(data, zone), [data, zone]);
  const rows = useMemo(() => {
    const column = model.series.findIndex(({ key }) => key === sort.by);
    // A series that was sorted by may be gone with the next answer.
    return sortRows(
      model.rows.filter(({ at }) => at <= data.at),
      ({ at, values }) => (column < 0 ? at : (values[column] ?? null)),
      sort.descending,
    );
  }, [model, sort, data.at]);
  return (
    <div style={{ height }} className="flex flex-col">
      <div className="flex min-h-8 items-center justify-between text-fg-3 text-xs">
        <span>Times in {zoneWords(zone)}</span>
        <ChartMenu title={title} csv={() => chartCsv({ ...model, rows })} />
      </div>
      <Table wide caption={title} className="min-h-0 grow rounded-lg border">
        <TableHead sticky>
          <tr>
            <SortedTh id={TIME} sort={sort} onSort={setSort}>
              From
            </SortedTh>
            {model.series.map(({ key, label }) => (
              <SortedTh key={key} id={key} sort={sort} onSort={setSort} numeric>
                <bdi>{label}</bdi>
              </SortedTh>
            ))}
          </tr>
        </TableHead>
        <TableBody>
          {rows.map(({ at, partial, values }) => (
            <Row key={at}>
              <Td className="py-1.5">
                {rowLabel(at, model.stepMs, times)}
                {partial && <span className="text-fg-3"> so far</span>}
              </Td>
              {model.series.map(({ key }, index) => (
                <Td key={key} numeric className="py-1.5">
                  {fullValue(values[index] ?? null, model.unit)}
                </Td>
              ))}
            </Row>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}
