"use client";

import { CalendarCheck, Ellipsis, Pencil, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { ConfirmAction } from "@/components/forms/confirm-action";
import { ask } from "@/components/forms/use-action";
import { IconButton } from "@/components/ui/icon-button";
import { Menu, MenuItem } from "@/components/ui/menu";
import { toast } from "@/components/ui/toast";
import type { DashboardDto } from "@/lib/features/dashboards/schemas";
import { changeDashboard, dropDashboard } from "../actions";
import { RenameDialog } from "./rename-dialog";

/** Renames and deletes a dashboard, and keeps the range that shows; `range` is null where it is kept already. */
export function DashboardMenu({
  dashboard: { id, name },
  range,
}: {
  dashboard: DashboardDto;
  range: string | null;
}) {
  const router = useRouter();
  const [renaming, setRenaming] = useState(false);
  async function change(part: { name?: string; range?: string }, done: string): Promise<boolean> {
    const answer = await ask(() => changeDashboard(id, part));
    if (answer.ok) toast(done);
    else toast("That did not work", { kind: "error", description: answer.message });
    router.refresh();
    return answer.ok;
  }
  return (
    <span className="flex gap-1">
      <ConfirmAction
        trigger={<IconButton label="Delete the dashboard" icon={<Trash2 aria-hidden />} />}
        title={`Delete “${name}”?`}
        description="Its panels and the links that show it are gone for good."
        confirm="Delete"
        action={() => dropDashboard(id)}
        done="Dashboard deleted"
        onDone={() => router.push("/dashboards")}
      />
      <Menu trigger={<IconButton label="Change the dashboard" icon={<Ellipsis aria-hidden />} />}>
        <MenuItem icon={<Pencil aria-hidden />} onSelect={() => setRenaming(true)}>
          Rename
        </MenuItem>
        <MenuItem
          icon={<CalendarCheck aria-hidden />}
          disabled={range === null}
          onSelect={() => {
            if (range !== null) void change({ range }, "It opens with this range from now on");
          }}
        >
          Open with this range
        </MenuItem>
      </Menu>
      <RenameDialog
        open={renaming}
        onOpenChange={setRenaming}
        what="dashboard"
        name={name}
        onRename={(next) => change({ name: next }, "Dashboard renamed")}
      />
    </span>
  );
}
