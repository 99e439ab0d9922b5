import { THEME_COOKIE, type Theme } from "@/lib/domain/access/preferences";

export type { Theme };

/** Keeps a preference for a year, for this site only. In the browser only. */
export function writePreference(name: string, value: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Firefox and Safari
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=31536000; samesite=lax`;
}

/** Shows the theme at once and remembers it, here and in the account. In the browser only. */
export function applyTheme(theme: Theme): void {
  writePreference(THEME_COOKIE, theme);
  // Without an answer this browser still knows it.
  fetch("/api/v1/preferences", {
    method: "PATCH",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ theme }),
  }).catch(() => undefined);
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
