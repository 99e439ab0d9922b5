"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { askFor } from "@/components/ui/ask-for";
import { type OnDemand, onDemand } from "@/components/ui/on-demand";
import { showOverlay, useOverlay } from "./overlay";
import { GO_WITHIN_MS, shortcutOf } from "./shortcuts";
import { useKeepFocus } from "./use-keep-focus";
import type { ShellUser } from "./user-menu";

// Neither is needed before somebody asks for it.
const palette = onDemand(() => import("./command-palette"));
const sheet = onDemand(() => import("./shortcut-sheet"));

/** Listens to the keyboard for the whole console, and draws the windows that its shortcuts open. */
export function Commands({ user, signOut }: { user: ShellUser; signOut: () => void | Promise<void> }) {
  const overlay = useOverlay();
  const CommandPalette = palette.use()?.CommandPalette;
  const ShortcutSheet = sheet.use()?.ShortcutSheet;
  const router = useRouter();
  const wentAt = useRef(Number.NEGATIVE_INFINITY);
  useKeepFocus();

  useEffect(() => {
    function press(event: KeyboardEvent) {
      if (event.defaultPrevented || event.isComposing) return;
      const action = shortcutOf(
        { key: event.key, meta: event.metaKey, ctrl: event.ctrlKey, alt: event.altKey },
        { typing: isBusy(event.target), afterGo: performance.now() - wentAt.current < GO_WITHIN_MS },
      );
      wentAt.current = action === "go" ? performance.now() : Number.NEGATIVE_INFINITY;
      if (action === null || action === "go") return;
      event.preventDefault();
      if (action.kind === "go") router.push(action.href);
      else if (action.kind === "sheet") showOverlay("shortcuts");
      else if (action.kind === "palette" || !focusSearch()) showOverlay("palette");
    }
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [router]);

  useEffect(() => {
    async function fetch(part: OnDemand<unknown>) {
      if ((await askFor(part)) === null) showOverlay(null);
    }
    if (overlay !== null) void fetch(overlay === "palette" ? palette : sheet);
  }, [overlay]);

  if (overlay === "palette" && CommandPalette) return <CommandPalette user={user} signOut={signOut} />;
  if (overlay === "shortcuts" && ShortcutSheet) return <ShortcutSheet />;
  return null;
}

// A toast has the role of a dialog, and stands beside what is done meanwhile.
const WINDOWS = '[role$="dialog"]:not([data-toast]), [role="menu"], [role="listbox"]';

/** Whether a letter belongs to a field, or to a window that lies over the page. */
function isBusy(target: EventTarget | null): boolean {
  if (document.querySelector(WINDOWS)) return true;
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName))
  );
}

/** Puts the focus into the page's own search field, if it has one. */
function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>('main input[type="search"]');
  field?.focus();
  field?.select();
  return field !== null;
}
