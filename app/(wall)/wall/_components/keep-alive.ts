"use client";

import { useEffect } from "react";

/** A page that runs for weeks starts anew now and then: newer code is loaded, and nothing can pile up. */
const RELOAD_MS = 6 * 3_600_000;

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
    const timer = setTimeout(() => window.location.reload(), RELOAD_MS);
    return () => {
      document.removeEventListener("visibilitychange", hold);
      clearTimeout(timer);
      void lock?.release();
    };
  }, []);
}
