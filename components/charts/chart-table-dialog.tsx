"use client";

import { Dialog } from "@/components/ui/dialog";
import { Row, Table, TableBody, TableHead, Td, Th } from "@/components/ui/table";
import { useTimes } from "@/components/ui/viewer";
import type { TimeSeriesModel } from "@/lib/domain/charts/time-series";
import { zoneWords } from "@/lib/domain/usage/zone-names";
import { fullValue, rowLabel } from "./chart-format";

/** The window with the numbers behind a chart. */
export function ChartTableDialog({
  model,
  title,
  open,
  onOpenChange,
}: {
  model: TimeSeriesModel;
  title: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const times = useTimes();
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      description={`Newest first, times in ${zoneWords(model.zone)}.`}
      wide
    >
      {open && (
        <Table wide caption={title} className="max-h-[65dvh]">
          <TableHead sticky className="bg-raised">
            <tr>
              <Th>From</Th>
              {model.series.map(({ key, label }) => (
                <Th key={key} numeric>
                  {label}
                </Th>
              ))}
            </tr>
          </TableHead>
          <TableBody>
            {model.rows.toReversed().map(({ at, partial, values }) => (
              <Row key={at}>
                <Td>
                  {rowLabel(at, model.stepMs, times)}
                  {partial && <span className="text-fg-3"> so far</span>}
                </Td>
                {model.series.map(({ key }, index) => (
                  <Td key={key} numeric>
                    {fullValue(values[index] ?? null, model.unit)}
                  </Td>
                ))}
              </Row>
            ))}
          </TableBody>
        </Table>
      )}
    </Dialog>
  );
}
