"use client";

import { Table2 } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { IconButton } from "@/components/ui/icon-button";
import type { TimeSeriesModel } from "@/lib/domain/charts/time-series";

// Not needed before somebody asks for it.
const ChartTableDialog = dynamic(
  () => import("./chart-table-dialog").then((module) => module.ChartTableDialog),
  { ssr: false },
);

/** The numbers behind a chart, newest first, for those who cannot see it or want to read them off. */
export function ChartTable({ model, title }: { model: TimeSeriesModel; title: string }) {
  const [open, setOpen] = useState<boolean | "never">("never");
  return (
    <>
      <IconButton
        label="Show as a table"
        icon={<Table2 aria-hidden />}
        size="sm"
        className="text-fg-3"
        onClick={() => setOpen(true)}
      />
      {open !== "never" && (
        <ChartTableDialog model={model} title={title} open={open} onOpenChange={setOpen} />
      )}
    </>
  );
}
