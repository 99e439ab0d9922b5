"use client";

import { useEffect, useRef, useState } from "react";

/** Copies to the clipboard; `copied` is true for two seconds after. Resolves to false where the browser refuses. */
export function useCopy(): { copied: boolean; copy: (text: string) => Promise<boolean> } {
  const [copied, setCopied] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  async function copy(text: string): Promise<boolean> {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Plain http on another host than localhost has no clipboard; the text stays selectable.
      return false;
    }
    setCopied(true);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setCopied(false), 2_000);
    return true;
  }
  return { copied, copy };
}
