"use client";

import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { showOverlay, useOverlay } from "./overlay";
import { GO_WITHIN_MS, shortcutOf } from "./shortcuts";
import { useKeepFocus } from "./use-keep-focus";
import type { ShellUser } from "./user-menu";

// Neither is needed before somebody asks for it.
const CommandPalette = dynamic(() => import("./command-palette").then((module) => module.CommandPalette), {
  ssr: false,
});
const ShortcutSheet = dynamic(() => import("./shortcut-sheet").then((module) => module.ShortcutSheet), {
  ssr: false,
});

/** Listens to the keyboard for the whole console, and draws the windows that its shortcuts open. */
export function Commands({ user, signOut }: { user: ShellUser; signOut: () => void | Promise<void> }) {
  const overlay = useOverlay();
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

  if (overlay === "palette") return <CommandPalette user={user} signOut={signOut} />;
  if (overlay === "shortcuts") return <ShortcutSheet />;
  return null;
}

/** Whether a letter belongs to a field, or to a window that lies over the page. */
function isBusy(target: EventTarget | null): boolean {
  if (document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]'))
    return true;
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
