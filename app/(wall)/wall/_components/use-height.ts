"use client";

import { type RefObject, useEffect, useState } from "react";

/** How high a box is, in px; 0 before it was measured. */
export function useHeight(box: RefObject<HTMLElement | null>): number {
  const [height, setHeight] = useState(0);
  useEffect(() => {
    if (box.current === null) return;
    const sizes = new ResizeObserver(([entry]) => setHeight(Math.floor(entry?.contentRect.height ?? 0)));
    sizes.observe(box.current);
    return () => sizes.disconnect();
  }, [box]);
  return height;
}
