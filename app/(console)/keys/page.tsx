import type { Metadata } from "next";
import { hasRole } from "@/lib/domain/access/actor";
import { searchInput } from "@/lib/domain/usage/query";
import { isAppError } from "@/lib/errors";
import { type KeyPage, keyFacets, listKeys } from "@/lib/features/keys/queries";
import { REPEATED_KEY_FILTERS } from "@/lib/features/keys/schemas";
import { currentActor } from "@/lib/http/actor";
import { currentViewer } from "@/lib/http/viewer";
import { KeysPage } from "./_components/keys-page";
import { PAGE_ROWS } from "./_components/stretch";

export const metadata: Metadata = { title: "Keys" };

type Search = Record<string, string | string[] | undefined>;

/** What is worst comes first, unless the viewer chose otherwise. */
const DEFAULT_SORT = "state";
const FILTERS = ["state", "provider", "pool", "tag", "q", "sort", "retired"];

export default async function Keys({ searchParams }: { searchParams: Promise<Search> }) {
  const actor = await currentActor();
  const search = pick(await searchParams, [...FILTERS, "cols"]);
  const { zone } = await currentViewer();
  const now = Date.now();
  const [{ page, query }, facets] = await Promise.all([list(search, zone, now), keyFacets(now)]);
  return (
    <KeysPage
      initial={page}
      facets={facets}
      query={query}
      search={search.toString()}
      canWrite={hasRole(actor, "operator")}
    />
  );
}

/** An address that was mistyped shows all keys rather than an error. */
async function list(
  search: URLSearchParams,
  tz: string,
  now: number,
): Promise<{ page: KeyPage; query: string }> {
  const asked = new URLSearchParams({ sort: DEFAULT_SORT, tz });
  const read = async (query: URLSearchParams) => ({
    page: await listKeys(
      { ...searchInput(query, REPEATED_KEY_FILTERS), include: "lately", limit: PAGE_ROWS },
      now,
    ),
    query: query.toString(),
  });
  const query = new URLSearchParams(asked);
  for (const name of FILTERS.filter((one) => search.has(one))) {
    query.delete(name);
    for (const value of search.getAll(name)) query.append(name, value);
  }
  try {
    return await read(query);
  } catch (error) {
    if (!isAppError(error) || error.code !== "invalid") throw error;
    return read(asked);
  }
}

function pick(params: Search, names: readonly string[]): URLSearchParams {
  const picked = new URLSearchParams();
  for (const name of names) {
    const value = params[name];
    const all = Array.isArray(value) ? value : value === undefined ? [] : [value];
    for (const one of (REPEATED_KEY_FILTERS as readonly string[]).includes(name) ? all : all.slice(-1))
      picked.append(name, one);
  }
  return picked;
}
