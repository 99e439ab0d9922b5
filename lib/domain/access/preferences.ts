export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

/** By how many hours times of day are read. */
export const CLOCKS = ["12h", "24h"] as const;
export type Clock = (typeof CLOCKS)[number];

/** How somebody wants to see pages, wherever they sign in. */
export interface Preferences {
  /** null: each browser has its own. */
  theme: Theme | null;
  /** An IANA zone; null: the browser's. */
  time_zone: string | null;
  /** null: as the browser's language has it. */
  clock: Clock | null;
}

/** Cookies that hold how a browser sees pages; the server reads them to draw the first paint right. */
export const THEME_COOKIE = "kg_theme";
export const ZONE_COOKIE = "kg_zone";
export const CLOCK_COOKIE = "kg_clock";
