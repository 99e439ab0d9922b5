type Follow = (params: URLSearchParams) => void;

const followers = new Set<Follow>();

/** Calls `follow` with the parameters that the page's address will have, when somebody presses what changes it. */
export function onNextAddress(follow: Follow): () => void {
  followers.add(follow);
  return () => followers.delete(follow);
}

/** Says where the page is about to go, so that what it will show can be asked for meanwhile. */
export function tellNextAddress(href: string): void {
  const { searchParams } = new URL(href, window.location.href);
  for (const follow of followers) follow(searchParams);
}
