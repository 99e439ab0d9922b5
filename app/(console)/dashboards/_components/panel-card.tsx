"use client";

import { clsx } from "clsx";
import {
  ArrowDown,
  ArrowUp,
  ChartSpline,
  Columns2,
  Ellipsis,
  GripVertical,
  Pencil,
  RectangleHorizontal,
  Trash2,
} from "lucide-react";
import { useState } from "react";
import { ExplorationView } from "@/components/explore/exploration-view";
import { Card } from "@/components/ui/card";
import { IconButton } from "@/components/ui/icon-button";
import { Menu, MenuItem, MenuLink, MenuSeparator } from "@/components/ui/menu";
import { type TimeRange, withRange } from "@/lib/domain/charts/range";
import type { PanelDto } from "@/lib/features/dashboards/schemas";
import { RenameDialog } from "./rename-dialog";

const HEIGHT = 240;

/** One exploration of a dashboard; who may change it can drag it, or use its menu. */
export function PanelCard({
  panel,
  place,
  of: count,
  range,
  live,
  canChange,
  onZoom,
  onMove,
  onDropped,
  onChange,
  onRemove,
}: {
  panel: PanelDto;
  place: number;
  of: number;
  range: TimeRange;
  live: boolean;
  canChange: boolean;
  onZoom: (from: number, to: number, stepMs: number) => void;
  onMove: (to: number) => void;
  /** Another panel was dropped here. */
  onDropped: (id: string) => void;
  onChange: (part: Partial<PanelDto>) => Promise<boolean>;
  onRemove: () => void;
}) {
  const [over, setOver] = useState(false);
  const [renaming, setRenaming] = useState(false);
  const query = withRange(new URLSearchParams(panel.query), range);
  const full = panel.size === "full";
  return (
    <Card
      title={
        <span className="flex items-center gap-1">
          {canChange && count > 1 && (
            <span
              aria-hidden
              draggable
              title="Drag to another place"
              onDragStart={(event) => {
                event.dataTransfer.setData("text/panel", panel.id);
                event.dataTransfer.effectAllowed = "move";
                // The panel follows the pointer, not its handle alone.
                const card = event.currentTarget.closest("section");
                if (card !== null) event.dataTransfer.setDragImage(card, 16, 16);
              }}
              className="-my-1 -ml-2 grid size-6 cursor-grab place-items-center rounded-sm text-fg-3 hover:bg-hover hover:text-fg pointer-coarse:hidden"
            >
              <GripVertical className="size-3.5" />
            </span>
          )}
          <bdi className="truncate">{panel.title}</bdi>
        </span>
      }
      action={
        <Menu
          trigger={
            <IconButton
              label={`What can be done with ${panel.title.slice(0, 80)}`}
              icon={<Ellipsis aria-hidden />}
              size="sm"
              className="-mr-2 text-fg-3"
            />
          }
        >
          <MenuLink href={`/explore?${query}`} icon={<ChartSpline aria-hidden />}>
            Open in Explore
          </MenuLink>
          {canChange && (
            <>
              <MenuSeparator />
              <MenuItem icon={<Pencil aria-hidden />} onSelect={() => setRenaming(true)}>
                Rename
              </MenuItem>
              <MenuItem
                icon={full ? <Columns2 aria-hidden /> : <RectangleHorizontal aria-hidden />}
                onSelect={() => void onChange({ size: full ? "half" : "full" })}
              >
                {full ? "Half width" : "Full width"}
              </MenuItem>
              <MenuItem
                icon={<ArrowUp aria-hidden />}
                disabled={place === 0}
                onSelect={() => onMove(place - 1)}
              >
                Move up
              </MenuItem>
              <MenuItem
                icon={<ArrowDown aria-hidden />}
                disabled={place === count - 1}
                onSelect={() => onMove(place + 1)}
              >
                Move down
              </MenuItem>
              <MenuSeparator />
              <MenuItem danger icon={<Trash2 aria-hidden />} onSelect={onRemove}>
                Remove
              </MenuItem>
            </>
          )}
        </Menu>
      }
      className={clsx(full && "lg:col-span-2", over && "outline-2 outline-accent")}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes("text/panel")) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        // From one of its parts to another it has not left.
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onDropped(event.dataTransfer.getData("text/panel"));
      }}
    >
      <ExplorationView
        url={`/api/v1/explore?${query}`}
        live={live}
        title={panel.title}
        height={HEIGHT}
        onZoom={onZoom}
      />
      <RenameDialog
        open={renaming}
        onOpenChange={setRenaming}
        what="panel"
        name={panel.title}
        onRename={(title) => onChange({ title })}
      />
    </Card>
  );
}
