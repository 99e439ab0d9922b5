"use client";

import { Search } from "lucide-react";
import { Kbd } from "@/components/ui/kbd";
import { showOverlay } from "./overlay";

/** Opens the command palette, for those who do not know its keys yet. */
export function FindButton() {
  return (
    <button
      type="button"
      onClick={() => showOverlay("palette")}
      aria-keyshortcuts="Control+K Meta+K"
      className="mb-3 flex min-h-8 items-center gap-2.5 rounded-lg border border-line-2 bg-surface px-2 text-left text-fg-3 shadow-sm hover:border-control hover:text-fg-2"
    >
      <Search aria-hidden className="size-[15px] shrink-0" strokeWidth={1.8} />
      <span className="grow">Find</span>
      <Kbd>⌘K</Kbd>
    </button>
  );
}
