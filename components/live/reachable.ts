/**
 * Whether the server and its database answer. Asked before a page is fetched anew unasked: while they do not, the
 * browser would put an error page of its own in the place of what can still be read.
 */
export async function isReachable(): Promise<boolean> {
  try {
    return (await fetch("/readyz", { cache: "no-store" })).ok;
  } catch {
    return false;
  }
}
