import { REPEATED_KEY_FILTERS } from "@/lib/domain/usage/key-query";

/** What is worst comes first, unless the viewer chose otherwise. */
const DEFAULT_SORT = "state";
const FILTERS = ["state", "provider", "pool", "tag", "q", "sort", "retired"];

/** What an address says of the list: its filters, its order and its columns. */
export function listSearch(address: URLSearchParams): URLSearchParams {
  const search = new URLSearchParams();
  for (const name of [...FILTERS, "cols"]) {
    const all = address.getAll(name);
    const several = (REPEATED_KEY_FILTERS as readonly string[]).includes(name);
    for (const one of several ? all : all.slice(-1)) search.append(name, one);
  }
  return search;
}

/** The list as the API is asked for it, in the viewer's zone. */
export function listQuery(search: URLSearchParams, tz: string): URLSearchParams {
  const query = new URLSearchParams({ sort: DEFAULT_SORT, tz });
  for (const name of FILTERS.filter((one) => search.has(one))) {
    query.delete(name);
    for (const value of search.getAll(name)) query.append(name, value);
  }
  return query;
}
