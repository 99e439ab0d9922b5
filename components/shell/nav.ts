import {
  type Activity,
  BellOff,
  BellRing,
  ChartSpline,
  Gauge,
  KeyRound,
  Layers,
  LayoutDashboard,
  Send,
  Settings,
  Siren,
  SlidersHorizontal,
  Unplug,
} from "lucide-react";

export type NavItem = {
  href: string;
  label: string;
  icon: typeof Activity;
  counted?: "incidents";
  /** The letter that leads here after "g". */
  go?: string;
};

/** The console's places, in groups as the side shows them. */
export const NAV: readonly (readonly NavItem[])[] = [
  [
    { href: "/", label: "Overview", icon: Gauge, go: "o" },
    { href: "/keys", label: "Keys", icon: KeyRound, go: "k" },
    { href: "/pools", label: "Pools", icon: Layers, go: "p" },
    { href: "/explore", label: "Explore", icon: ChartSpline, go: "e" },
    { href: "/dashboards", label: "Dashboards", icon: LayoutDashboard, go: "b" },
  ],
  [
    { href: "/incidents", label: "Incidents", icon: Siren, go: "i", counted: "incidents" },
    { href: "/rules", label: "Rules", icon: SlidersHorizontal, go: "r" },
    { href: "/silences", label: "Silences", icon: BellOff, go: "n" },
    { href: "/channels", label: "Channels", icon: BellRing, go: "c" },
    { href: "/deliveries", label: "Deliveries", icon: Send, go: "d" },
  ],
  [
    { href: "/sources", label: "Sources", icon: Unplug, go: "s" },
    { href: "/settings", label: "Settings", icon: Settings, go: "t" },
  ],
];

/** Whether a path lies in a place: the overview is exact, all else holds what is below it. */
export function isCurrent(href: string, pathname: string): boolean {
  // Providers are listed beside the pools.
  const path = pathname.replace(/^\/providers\//, "/pools/");
  return href === "/" ? path === "/" : path === href || path.startsWith(`${href}/`);
}
