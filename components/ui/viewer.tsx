"use client";

import { createContext, type ReactNode, useContext, useEffect, useMemo, useSyncExternalStore } from "react";
import { ZONE_COOKIE } from "@/lib/domain/access/preferences";
import { isTimeZone } from "@/lib/domain/usage/zone";
import { writePreference } from "./preference";

type Viewer = { zone: string; zoneFixed: boolean; renderedAt: number };

const ViewerContext = createContext<Viewer>({ zone: "UTC", zoneFixed: false, renderedAt: 0 });

/**
 * Tells the page whose eyes it is drawn for. The server passes the zone it knows and the instant it rendered at, so that
 * the first client render is the same; afterwards the browser's own clock takes over, and its zone unless the account
 * names one (`zoneFixed`).
 */
export function ViewerProvider({ zone, zoneFixed, renderedAt, children }: Viewer & { children: ReactNode }) {
  const viewer = useMemo(() => ({ zone, zoneFixed, renderedAt }), [zone, zoneFixed, renderedAt]);
  useEffect(() => {
    const own = browserZone();
    if (!zoneFixed && own !== zone) writePreference(ZONE_COOKIE, own);
  }, [zone, zoneFixed]);
  return <ViewerContext value={viewer}>{children}</ViewerContext>;
}

/** The viewer's IANA zone. */
export function useZone(): string {
  const { zone, zoneFixed } = useContext(ViewerContext);
  const own = useSyncExternalStore(subscribeNever, browserZone, () => zone);
  return zoneFixed ? zone : own;
}

/** Now, in epoch ms, moving on every `everyMs` (1 s by default). */
export function useNow(everyMs = 1_000): number {
  const { renderedAt } = useContext(ViewerContext);
  return useSyncExternalStore(
    subscribeClock,
    () => Math.floor(Date.now() / everyMs) * everyMs,
    () => renderedAt,
  );
}

let foundZone: string | undefined;

function browserZone(): string {
  if (foundZone === undefined) {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    foundZone = isTimeZone(zone) ? zone : "UTC";
  }
  return foundZone;
}

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

// One timer moves every relative time of the page.
function subscribeClock(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const notify of listeners) notify();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

function subscribeNever(): () => void {
  return () => {};
}
