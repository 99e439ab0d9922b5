/** A path of our own console to go to after sign-in; "/" for anything that could lead elsewhere. */
export function safeReturnPath(value: string | null | undefined): string {
  if (value === null || value === undefined || !value.startsWith("/")) return "/";
  try {
    const base = "http://keygauge.invalid";
    const url = new URL(value, base);
    if (url.origin !== base || /^\/(api|login|setup|invite|_next)(\/|$)/.test(url.pathname)) return "/";
    // Next's own marker of a fetched page.
    url.searchParams.delete("_rsc");
    return url.pathname.replace(/^\/{2,}/, "/") + url.search;
  } catch {
    return "/";
  }
}
