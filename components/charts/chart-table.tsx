"use client";

import { Table2 } from "lucide-react";
import { useState } from "react";
import { Dialog } from "@/components/ui/dialog";
import { IconButton } from "@/components/ui/icon-button";
import { Row, Table, TableBody, TableHead, Td, Th } from "@/components/ui/table";
import { useTimes } from "@/components/ui/viewer";
import type { TimeSeriesModel } from "@/lib/domain/charts/time-series";
import { zoneWords } from "@/lib/domain/usage/zone-names";
import { fullValue, rowLabel } from "./chart-format";

/** The numbers behind a chart, newest first, for those who cannot see it or want to read them off. */
export function ChartTable({ model, title }: { model: TimeSeriesModel; title: string }) {
  const [open, setOpen] = useState(false);
  const times = useTimes();
  return (
    <>
      <IconButton
        label="Show as a table"
        icon={<Table2 aria-hidden />}
        size="sm"
        className="text-fg-3"
        onClick={() => setOpen(true)}
      />
      <Dialog
        open={open}
        onOpenChange={setOpen}
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
    </>
  );
}
