import {
  type Activity,
  BellRing,
  Keyboard,
  KeyRound,
  ListChecks,
  LogOut,
  Monitor,
  MonitorPlay,
  Moon,
  SlidersHorizontal,
  Sun,
  Unplug,
} from "lucide-react";
import { applyTheme, type Theme } from "@/components/ui/preference";
import type { Role } from "@/lib/domain/access/actor";
import type { Findable } from "./find";
import { NAV } from "./nav";
import { showOverlay } from "./overlay";

/** A line of the palette: it leads somewhere or does something. */
export type PaletteEntry = Findable & {
  id: string;
  icon: typeof Activity;
  /** What stands at the right, quietly. */
  hint?: string;
} & ({ href: string } | { run: () => void });

/** The console's pages, with those that the side does not list. */
export const PAGES: readonly PaletteEntry[] = [
  ...NAV.flat().map(({ href, label, icon, go }) => ({
    id: href,
    label,
    icon,
    href,
    words: "page go",
    ...(go !== undefined && { hint: `g ${go}` }),
  })),
  ...SETTINGS_PAGES(),
];

function SETTINGS_PAGES(): PaletteEntry[] {
  const icon = NAV.flat().find(({ href }) => href === "/settings")?.icon ?? KeyRound;
  return (
    [
      ["/settings/people", "People", "users roles invite settings"],
      ["/settings/tokens", "Management tokens", "api settings"],
      ["/settings/mail", "Mail server", "smtp e-mail email sender settings"],
      ["/settings/sms", "SMS", "twilio budget sender settings"],
      ["/settings/retention", "Retention", "disk space events days delete settings"],
      ["/settings/links", "Shared links", "share public settings"],
      ["/settings/audit", "Audit log", "history who changed settings"],
      ["/settings/about", "About this installation", "version settings"],
    ] as const
  ).map(([href, label, words]) => ({ id: href, label, words, href, icon }));
}

const MAKE: readonly PaletteEntry[] = [
  {
    id: "new rule",
    label: "New rule",
    words: "create add alert threshold",
    icon: SlidersHorizontal,
    href: "/rules/new",
  },
  {
    id: "new channel",
    label: "New channel",
    words: "create add e-mail sms slack",
    icon: BellRing,
    href: "/channels/new",
  },
  {
    id: "new source",
    label: "New source",
    words: "create add gateway connect",
    icon: Unplug,
    href: "/sources/new",
  },
  {
    id: "start",
    label: "Getting started",
    words: "set up setup begin first steps help",
    icon: ListChecks,
    href: "/start",
  },
];

/** What can be done from anywhere; what only operators may is left out for others. */
export function actions(role: Role, signOut: () => void): PaletteEntry[] {
  const theme = (to: Theme, label: string, icon: typeof Activity): PaletteEntry => ({
    id: `theme ${to}`,
    label,
    words: "theme appearance colour switch",
    icon,
    run: () => applyTheme(to),
  });
  return [
    ...(role === "viewer" ? [] : MAKE),
    {
      id: "wall",
      label: "Wall",
      words: "tv screen large dark overview",
      icon: MonitorPlay,
      run: () => window.location.assign("/wall"),
    },
    theme("light", "Light theme", Sun),
    theme("dark", "Dark theme", Moon),
    theme("system", "Theme of the system", Monitor),
    {
      id: "shortcuts",
      label: "Keyboard shortcuts",
      words: "help keys",
      icon: Keyboard,
      hint: "?",
      run: () => showOverlay("shortcuts"),
    },
    { id: "sign out", label: "Sign out", words: "log out leave", icon: LogOut, run: signOut },
  ];
}
