import { useSyncExternalStore } from "react";

/** What lies over the page: the command palette, the sheet of shortcuts, or nothing. */
export type Overlay = "palette" | "shortcuts" | null;

let shown: Overlay = null;
const listeners = new Set<() => void>();

/** Opens one of the shell's own windows from anywhere in the console; null closes it. */
export function showOverlay(next: Overlay): void {
  shown = next;
  for (const notify of listeners) notify();
}

export const useOverlay = (): Overlay =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
    () => null,
  );
