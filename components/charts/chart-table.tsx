"use client";

import { Table2 } from "lucide-react";
import { useState } from "react";
import { askFor } from "@/components/ui/ask-for";
import { IconButton } from "@/components/ui/icon-button";
import { onDemand } from "@/components/ui/on-demand";
import type { TimeSeriesModel } from "@/lib/domain/charts/time-series";

// Not needed before somebody asks for it.
const dialog = onDemand(() => import("./chart-table-dialog"));

/** The numbers behind a chart, newest first, for those who cannot see it or want to read them off. */
export function ChartTable({ model, title }: { model: TimeSeriesModel; title: string }) {
  const found = dialog.use();
  const [open, setOpen] = useState<boolean | "never">("never");
  async function show() {
    setOpen(true);
    if ((await askFor(dialog)) === null) setOpen("never");
  }
  return (
    <>
      <IconButton
        label="Show as a table"
        icon={<Table2 aria-hidden />}
        size="sm"
        className="text-fg-3"
        onClick={() => void show()}
      />
      {found !== null && open !== "never" && (
        <found.ChartTableDialog model={model} title={title} open={open} onOpenChange={setOpen} />
      )}
    </>
  );
}
