import { NAV } from "./nav";

/** What a key of the keyboard does anywhere in the console. */
export type ShortcutAction =
  | { kind: "go"; href: string }
  | { kind: "palette" }
  | { kind: "sheet" }
  | { kind: "search" };

type Pressed = { key: string; meta: boolean; ctrl: boolean; alt: boolean };

/** After "g" the next letter says where to go, for this long. */
export const GO_WITHIN_MS = 1_500;

const PLACES = new Map(NAV.flat().flatMap(({ go, href }) => (go === undefined ? [] : [[go, href] as const])));

/**
 * What pressing a key means: an action, "g" waiting for a place's letter, or nothing. `typing` is true while the focus
 * stands in a field or a window is open: then only the palette's keys count. `afterGo`: "g" was pressed just before.
 */
export function shortcutOf(
  { key, meta, ctrl, alt }: Pressed,
  { typing, afterGo }: { typing: boolean; afterGo: boolean },
): ShortcutAction | "go" | null {
  if ((meta || ctrl) && !alt && key.toLowerCase() === "k") return { kind: "palette" };
  if (typing || meta || ctrl || alt) return null;
  if (afterGo) {
    const href = PLACES.get(key.toLowerCase());
    if (href !== undefined) return { kind: "go", href };
  }
  switch (key) {
    case "g":
      return "go";
    case "?":
      return { kind: "sheet" };
    case "/":
      return { kind: "search" };
    default:
      return null;
  }
}

/** The sheet's lines: the keys to press one after the other, and what they do. */
export const SHORTCUTS: readonly { title: string; lines: readonly { keys: string[]; does: string }[] }[] = [
  {
    title: "Anywhere",
    lines: [
      { keys: ["⌘K", "Ctrl K"], does: "Find a key, page or action" },
      { keys: ["/"], does: "Search on this page" },
      { keys: ["?"], does: "Show these shortcuts" },
      { keys: ["Esc"], does: "Close what is open" },
    ],
  },
  {
    title: "Go to",
    lines: NAV.flat().flatMap(({ go, label }) =>
      go === undefined ? [] : [{ keys: ["g", go], does: label }],
    ),
  },
];
