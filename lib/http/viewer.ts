import { cookies } from "next/headers";
import {
  CLOCK_COOKIE,
  CLOCKS,
  type Clock,
  THEME_COOKIE,
  THEMES,
  type Theme,
  ZONE_COOKIE,
} from "@/lib/domain/access/preferences";
import { isTimeZone } from "@/lib/domain/usage/zone";
import { currentSession } from "./actor";

/** Whose eyes a page is drawn for. */
export interface ViewerSettings {
  theme: Theme;
  zone: string;
  /** The account names the zone: the browser's does not count. */
  zoneFixed: boolean;
  clock: Clock;
  /** As for the zone. */
  clockFixed: boolean;
}

/** What the account says, else what this browser remembers. Never throws: a page that fails is drawn for somebody too. */
export async function currentViewer(): Promise<ViewerSettings> {
  const [session, jar] = await Promise.all([currentSession().catch(() => null), cookies()]);
  const { theme = null, time_zone: fixed = null, clock = null } = session?.preferences ?? {};
  const zone = jar.get(ZONE_COOKIE)?.value;
  const remembered = <T extends string>(known: readonly T[], cookie: string) =>
    known.find((one) => one === jar.get(cookie)?.value);
  return {
    theme: theme ?? remembered(THEMES, THEME_COOKIE) ?? "system",
    zone: fixed ?? (isTimeZone(zone) ? zone : "UTC"),
    zoneFixed: fixed !== null,
    clock: clock ?? remembered(CLOCKS, CLOCK_COOKIE) ?? "24h",
    clockFixed: clock !== null,
  };
}
