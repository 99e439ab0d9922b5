import {
  type Activity,
  BellOff,
  BellRing,
  Gauge,
  KeyRound,
  Send,
  Settings,
  Siren,
  SlidersHorizontal,
  Unplug,
} from "lucide-react";

export type NavItem = { href: string; label: string; icon: typeof Activity; counted?: "incidents" };

/** The console's places, in groups as the side shows them. */
export const NAV: readonly (readonly NavItem[])[] = [
  [
    { href: "/", label: "Overview", icon: Gauge },
    { href: "/keys", label: "Keys", icon: KeyRound },
  ],
  [
    { href: "/incidents", label: "Incidents", icon: Siren, counted: "incidents" },
    { href: "/rules", label: "Rules", icon: SlidersHorizontal },
    { href: "/silences", label: "Silences", icon: BellOff },
    { href: "/channels", label: "Channels", icon: BellRing },
    { href: "/deliveries", label: "Deliveries", icon: Send },
  ],
  [
    { href: "/sources", label: "Sources", icon: Unplug },
    { href: "/settings", label: "Settings", icon: Settings },
  ],
];

/** Whether a path lies in a place: the overview is exact, all else holds what is below it. */
export function isCurrent(href: string, pathname: string): boolean {
  return href === "/" ? pathname === "/" : pathname === href || pathname.startsWith(`${href}/`);
}
