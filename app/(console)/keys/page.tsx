import type { Metadata } from "next";
import { hasRole } from "@/lib/domain/access/actor";
import { REPEATED_KEY_FILTERS } from "@/lib/domain/usage/key-query";
import { searchInput } from "@/lib/domain/usage/query";
import { isAppError } from "@/lib/errors";
import { type KeyPage, keyFacets, listKeys } from "@/lib/features/keys/queries";
import { currentActor, pageCursor } from "@/lib/http/actor";
import { currentViewer } from "@/lib/http/viewer";
import { KeysPage } from "./_components/keys-page";
import { listQuery, listSearch } from "./_components/list-query";
import { PAGE_ROWS } from "./_components/stretch";

export const metadata: Metadata = { title: "Keys" };

type Search = Record<string, string | string[] | undefined>;

export default async function Keys({ searchParams }: { searchParams: Promise<Search> }) {
  const actor = await currentActor();
  const address = Object.entries(await searchParams).flatMap(([name, value]) =>
    [value ?? []].flat().map((one) => [name, one]),
  );
  const search = listSearch(new URLSearchParams(address));
  const { zone } = await currentViewer();
  const now = Date.now();
  const [{ page, query }, facets] = await Promise.all([list(search, zone, now), keyFacets(now)]);
  return (
    <KeysPage
      initial={page}
      since={pageCursor()}
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
  const read = async (query: URLSearchParams) => ({
    page: await listKeys(
      { ...searchInput(query, REPEATED_KEY_FILTERS), include: "lately", limit: PAGE_ROWS },
      now,
    ),
    query: query.toString(),
  });
  try {
    return await read(listQuery(search, tz));
  } catch (error) {
    if (!isAppError(error) || error.code !== "invalid") throw error;
    return read(listQuery(new URLSearchParams(), tz));
  }
}
