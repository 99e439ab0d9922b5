"use client";

import { type RefObject, useEffect, useState } from "react";
import { visibleRows } from "./visible-rows";

/** What shows of a box before it was measured: enough for a tall screen. */
const FIRST_HEIGHT = 900;

/**
 * Which rows of a scrolling box to draw. `rowHeight` is a guess until the first row is drawn; rows are marked with
 * `data-row`, and all have the height of the first.
 */
export function useVisibleRows(box: RefObject<HTMLElement | null>, count: number, rowHeight: number) {
  const [view, setView] = useState({ top: 0, height: FIRST_HEIGHT, rowHeight });
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const look = () => {
      const row = element.querySelector<HTMLElement>("[data-row]")?.offsetHeight ?? 0;
      setView((known) => {
        const height = row > 0 ? row : known.rowHeight;
        // By whole rows, so that scrolling draws only when another row comes up.
        const next = {
          top: Math.floor(element.scrollTop / height) * height,
          height: element.clientHeight,
          rowHeight: height,
        };
        const same =
          next.top === known.top && next.height === known.height && next.rowHeight === known.rowHeight;
        return same ? known : next;
      });
    };
    look();
    const sizes = new ResizeObserver(look);
    sizes.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      sizes.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [box]);
  return visibleRows({ ...view, count });
}
