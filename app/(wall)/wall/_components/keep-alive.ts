"use client";

import { useEffect } from "react";
import { isReachable } from "@/components/live/reachable";

/** A page that runs for weeks starts anew now and then: newer code is loaded, and nothing can pile up. */
const RELOAD_MS = 6 * 3_600_000;
const AGAIN_MS = 60_000;

/** Keeps the screen from sleeping, where the browser lets a page ask for it, and the page young. */
export function useKeepAlive(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | undefined;
    // Refused on low battery or without a secure connection; the screen then follows its own settings.
    const hold = async () => {
      if (document.hidden) return;
      lock = await navigator.wakeLock?.request("screen").catch(() => undefined);
    };
    void hold();
    document.addEventListener("visibilitychange", hold);
    let timer: ReturnType<typeof setTimeout>;
    const reloadIn = (ms: number) => {
      timer = setTimeout(async () => {
        if (await isReachable()) window.location.reload();
        else reloadIn(AGAIN_MS);
      }, ms);
    };
    reloadIn(RELOAD_MS);
    return () => {
      document.removeEventListener("visibilitychange", hold);
      clearTimeout(timer);
      void lock?.release();
    };
  }, []);
}
