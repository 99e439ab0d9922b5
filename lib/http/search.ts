/** A page's query string as Next hands it over. */
export type Search = Promise<Record<string, string | string[] | undefined>>;

/** One value a name, the last; empty ones are left out. */
export async function readSearch(search: Search): Promise<Record<string, string>> {
  const entries = Object.entries(await search).flatMap(([name, value]): [string, string][] => {
    const last = Array.isArray(value) ? value.at(-1) : value;
    return last === undefined || last === "" ? [] : [[name, last]];
  });
  return Object.fromEntries(entries);
}

/** `path` with the query changed; undefined takes a name away. */
export function hrefWith(
  path: string,
  query: Readonly<Record<string, string | undefined>>,
  changes: Readonly<Record<string, string | undefined>> = {},
): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, ...changes })) {
    if (value !== undefined && value !== "") params.set(name, value);
  }
  return params.size === 0 ? path : `${path}?${params}`;
}
