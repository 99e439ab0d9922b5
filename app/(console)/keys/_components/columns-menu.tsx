"use client";

import { Columns3 } from "lucide-react";
import { IconButton } from "@/components/ui/icon-button";
import { Menu, MenuChecks } from "@/components/ui/menu";
import { COLUMNS, type ColumnId, columnsOf } from "./columns";

/** Which columns the table shows. */
export function ColumnsMenu({ cols, onSwitch }: { cols: string | null; onSwitch: (id: ColumnId) => void }) {
  return (
    <Menu trigger={<IconButton label="Columns" variant="secondary" icon={<Columns3 aria-hidden />} />}>
      <MenuChecks
        label="Columns"
        options={COLUMNS.map(({ id, label }) => ({ value: id, label }))}
        value={columnsOf(cols).map(({ id }) => id)}
        onSwitch={onSwitch}
      />
    </Menu>
  );
}
