"use client";

import { startTransition, useEffect, useRef, useState } from "react";

/**
 * `value`, a new one at most every `ms`, the latest then; drawing that costs much keeps pace with it. Of something else,
 * told by `of`, it is there at once.
 */
export function useAtMostEvery<T>(value: T, of: string, ms: number): T {
  const [shown, setShown] = useState({ value, of });
  const at = useRef(Number.NEGATIVE_INFINITY);
  const isOther = shown.of !== of;
  if (isOther) setShown({ value, of });
  const current = isOther ? value : shown.value;
  useEffect(() => {
    if (value === current) return;
    const timer = setTimeout(
      () => {
        at.current = performance.now();
        startTransition(() => setShown({ value, of }));
      },
      Math.max(0, at.current + ms - performance.now()),
    );
    return () => clearTimeout(timer);
  }, [value, current, of, ms]);
  return current;
}
