"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { useCallback } from "react";
import { withRange, zoomed } from "@/lib/domain/charts/range";

/** Takes the page to the stretch that was dragged over; the browser's way back leads out again. */
export function useZoom(stepMs: number): (from: number, to: number) => void {
  const pathname = usePathname();
  const params = useSearchParams();
  return useCallback(
    (from, to) => {
      const next = withRange(new URLSearchParams(params), zoomed(from, to, stepMs));
      window.history.pushState(null, "", `${pathname}?${next}`);
    },
    [pathname, params, stepMs],
  );
}
