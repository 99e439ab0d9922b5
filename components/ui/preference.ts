/** Cookies that hold how a viewer wants to see pages; the server reads them to draw the first paint right. */
export const THEME_COOKIE = "kg_theme";
export const ZONE_COOKIE = "kg_zone";

const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

/** The theme a cookie names; anything else is the system's. */
export function parseTheme(value: string | undefined): Theme {
  return THEMES.find((theme) => theme === value) ?? "system";
}

/** Keeps a preference for a year, for this site only. In the browser only. */
export function writePreference(name: string, value: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Firefox and Safari
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=31536000; samesite=lax`;
}

/** Shows the theme at once and remembers it. In the browser only. */
export function applyTheme(theme: Theme): void {
  writePreference(THEME_COOKIE, theme);
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
