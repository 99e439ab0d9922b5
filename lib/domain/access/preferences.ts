export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

/** How somebody wants to see pages, wherever they sign in. */
export interface Preferences {
  /** null: each browser has its own. */
  theme: Theme | null;
  /** An IANA zone; null: the browser's. */
  time_zone: string | null;
}

/** Cookies that hold how a browser sees pages; the server reads them to draw the first paint right. */
export const THEME_COOKIE = "kg_theme";
export const ZONE_COOKIE = "kg_zone";
