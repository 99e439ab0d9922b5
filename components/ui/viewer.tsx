"use client";

import { createContext, type ReactNode, useContext, useEffect, useMemo, useSyncExternalStore } from "react";
import { CLOCK_COOKIE, type Clock, ZONE_COOKIE } from "@/lib/domain/access/preferences";
import { isTimeZone } from "@/lib/domain/usage/zone";
import type { Times } from "@/lib/format";
import { writePreference } from "./preference";

type Viewer = { zone: string; zoneFixed: boolean; clock: Clock; clockFixed: boolean; renderedAt: number };

const ViewerContext = createContext<Viewer>({
  zone: "UTC",
  zoneFixed: false,
  clock: "24h",
  clockFixed: false,
  renderedAt: 0,
});

/**
 * Tells the page whose eyes it is drawn for. The server passes the zone and clock it knows and the instant it rendered at,
 * so that the first client render is the same; afterwards the browser's own time takes over, and its zone and clock unless
 * the account names them (`zoneFixed`, `clockFixed`).
 */
export function ViewerProvider({ children, ...given }: Viewer & { children: ReactNode }) {
  const { zone, zoneFixed, clock, clockFixed, renderedAt } = given;
  const viewer = useMemo(
    () => ({ zone, zoneFixed, clock, clockFixed, renderedAt }),
    [zone, zoneFixed, clock, clockFixed, renderedAt],
  );
  useEffect(() => {
    if (!zoneFixed && browserZone() !== zone) writePreference(ZONE_COOKIE, browserZone());
    if (!clockFixed && browserClock() !== clock) writePreference(CLOCK_COOKIE, browserClock());
  }, [zone, zoneFixed, clock, clockFixed]);
  return <ViewerContext value={viewer}>{children}</ViewerContext>;
}

/** The viewer's IANA zone. */
export function useZone(): string {
  const { zone, zoneFixed } = useContext(ViewerContext);
  const own = useSyncExternalStore(subscribeNever, browserZone, () => zone);
  return zoneFixed ? zone : own;
}

/** How the viewer reads times; what lib/format's functions of time take. */
export function useTimes(): Times {
  const { clock, clockFixed } = useContext(ViewerContext);
  const zone = useZone();
  const own = useSyncExternalStore(subscribeNever, browserClock, () => clock);
  const hour12 = (clockFixed ? clock : own) === "12h";
  return useMemo(() => ({ zone, hour12 }), [zone, hour12]);
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

let foundClock: Clock | undefined;

function browserClock(): Clock {
  foundClock ??= Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions().hour12 ? "12h" : "24h";
  return foundClock;
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
