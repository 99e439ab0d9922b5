"use client";

import { createContext, type ReactNode, useContext, useEffect, useMemo, useSyncExternalStore } from "react";
import { isTimeZone } from "@/lib/domain/usage/zone";
import { writePreference, ZONE_COOKIE } from "./preference";

type Viewer = { zone: string; renderedAt: number };

const ViewerContext = createContext<Viewer>({ zone: "UTC", renderedAt: 0 });

/**
 * Tells the page whose eyes it is drawn for. The server passes the zone it knows from the cookie and the instant it
 * rendered at, so that the first client render is the same; afterwards the browser's own zone and clock take over.
 */
export function ViewerProvider({ zone, renderedAt, children }: Viewer & { children: ReactNode }) {
  const viewer = useMemo(() => ({ zone, renderedAt }), [zone, renderedAt]);
  useEffect(() => {
    const own = browserZone();
    if (own !== zone) writePreference(ZONE_COOKIE, own);
  }, [zone]);
  return <ViewerContext value={viewer}>{children}</ViewerContext>;
}

/** The viewer's IANA zone. */
export function useZone(): string {
  const { zone } = useContext(ViewerContext);
  return useSyncExternalStore(subscribeNever, browserZone, () => zone);
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
