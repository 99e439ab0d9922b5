"use client";

import { Ellipsis, FileSpreadsheet, Image as Picture } from "lucide-react";
import type { ReactNode, RefObject } from "react";
import { askFor } from "@/components/ui/ask-for";
import { IconButton } from "@/components/ui/icon-button";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import { onDemand } from "@/components/ui/on-demand";
import { toast } from "@/components/ui/toast";
import { chartFileName } from "@/lib/domain/charts/chart-csv";
import type { ColorToken } from "@/lib/domain/charts/series-look";

// Not needed before somebody asks for it.
const picture = onDemand(() => import("./picture"));

/** A series as the picture's legend names it. */
export type Named = { label: string; color: ColorToken };

/**
 * What can be done with a chart: its numbers as CSV, itself as PNG. `figure` holds the drawing (an svg); without one, as
 * in a table, there is no picture to take. `children` are further items of the menu.
 */
export function ChartMenu({
  title,
  csv,
  figure,
  legend = [],
  children,
}: {
  /** Names the files too. */
  title: string;
  csv: () => string;
  figure?: RefObject<HTMLElement | null> | undefined;
  legend?: readonly Named[];
  children?: ReactNode;
}) {
  async function takePicture() {
    const drawing = figure?.current?.querySelector("svg");
    try {
      if (!drawing) throw new Error("nothing is drawn yet");
      const found = await askFor(picture);
      if (found === null) return;
      save(await found.drawChart(drawing, title, legend), chartFileName(title, Date.now(), "png"));
    } catch (error) {
      toast("The picture could not be made", { kind: "error", description: String(error) });
    }
  }
  return (
    <Menu
      trigger={
        <IconButton
          label="Download and more"
          icon={<Ellipsis aria-hidden />}
          size="sm"
          className="text-fg-3"
        />
      }
    >
      <MenuItem
        icon={<FileSpreadsheet aria-hidden />}
        onSelect={() =>
          save(new Blob([csv()], { type: "text/csv" }), chartFileName(title, Date.now(), "csv"))
        }
      >
        Download CSV
      </MenuItem>
      {figure !== undefined && (
        <MenuItem icon={<Picture aria-hidden />} onSelect={() => void takePicture()}>
          Download PNG
        </MenuItem>
      )}
      {children && <MenuSeparator />}
      {children}
    </Menu>
  );
}

function save(file: Blob, name: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
