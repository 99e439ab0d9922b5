"use client";

import { clsx } from "clsx";
import { useNow, useTimes } from "@/components/ui/viewer";
import { formatInstant } from "@/lib/format";
import { type Headroom, whenWords } from "./headroom";

/** When a limit runs dry and when it resets, in the viewer's zone, moving by itself. */
export function HeadroomWhen({
  headroom,
  inline = false,
  className,
}: {
  headroom: Headroom;
  inline?: boolean;
  className?: string;
}) {
  const now = useNow();
  const times = useTimes();
  const { first, second } = whenWords(headroom, now, times);
  const title = [
    headroom.dryAt === null ? null : `Dry: ${formatInstant(headroom.dryAt, times)}`,
    headroom.resetsAt === null ? null : `Resets: ${formatInstant(headroom.resetsAt, times)}`,
  ]
    .filter((line) => line !== null)
    .join("\n");
  return (
    <span title={title || undefined} className={clsx("block whitespace-nowrap", className)}>
      <span className={clsx("font-medium", !inline && "block")}>{first}</span>
      {inline && " · "}
      <span className="text-fg-3 text-xs">{second}</span>
    </span>
  );
}
