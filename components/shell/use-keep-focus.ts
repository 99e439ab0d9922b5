"use client";

import { useEffect } from "react";

/** Windows that close give the focus back by themselves, which takes them a moment. */
const SETTLED_MS = 150;

/**
 * When what has the focus goes, such as a row that was deleted, the nearest of what stood around it takes it, the page at
 * last: the keyboard goes on from there, not from the top.
 */
export function useKeepFocus(): void {
  useEffect(() => {
    let lineage: Element[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const remember = ({ target }: FocusEvent) => {
      lineage = target instanceof Element ? lineageOf(target) : [];
    };
    const isLost = () => lineage[0]?.isConnected === false && document.activeElement === document.body;
    const keep = () => {
      timer = undefined;
      if (!isLost()) return;
      const near = lineage.find((element) => element.isConnected && element.matches("[tabindex]"));
      const next = near ?? document.querySelector("main");
      if (next instanceof HTMLElement) next.focus({ preventScroll: true });
    };
    const observer = new MutationObserver(() => {
      if (isLost()) timer ??= setTimeout(keep, SETTLED_MS);
    });
    observer.observe(document.body, { childList: true, subtree: true });
    document.addEventListener("focusin", remember);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
      document.removeEventListener("focusin", remember);
    };
  }, []);
}

/** An element and all that it stands in, the innermost first. */
function lineageOf(element: Element): Element[] {
  const lineage: Element[] = [];
  for (let at: Element | null = element; at !== null; at = at.parentElement) lineage.push(at);
  return lineage;
}
