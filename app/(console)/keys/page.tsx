import type { Metadata } from "next";
import { hasRole } from "@/lib/domain/access/actor";
import { isAppError } from "@/lib/errors";
import { keyFacets, listKeys } from "@/lib/features/keys/queries";
import { searchInput } from "@/lib/features/usage/schemas";
import { currentActor } from "@/lib/http/actor";
import { KeysPage } from "./_components/keys-page";

export const metadata: Metadata = { title: "Keys" };

type Search = Record<string, string | string[] | undefined>;

/** What is worst comes first, unless the viewer chose otherwise. */
const DEFAULT_SORT = "state";

export default async function Keys({ searchParams }: { searchParams: Promise<Search> }) {
  const actor = await currentActor();
  const query = toQuery(await searchParams);
  const now = Date.now();
  const [page, facets] = await Promise.all([list(query, now), keyFacets(now)]);
  return (
    <KeysPage initial={page} facets={facets} query={query.toString()} canWrite={hasRole(actor, "operator")} />
  );
}

/** An address that was mistyped, or a cursor of yesterday, shows the first page rather than an error. */
async function list(query: URLSearchParams, now: number) {
  try {
    return await listKeys(searchInput(query, ["state"]), now);
  } catch (error) {
    if (!isAppError(error) || error.code !== "invalid") throw error;
    return listKeys({ sort: DEFAULT_SORT }, now);
  }
}

function toQuery(params: Search): URLSearchParams {
  const query = new URLSearchParams({ sort: DEFAULT_SORT });
  for (const name of ["state", "provider", "pool", "q", "sort", "cursor", "retired"]) {
    const value = params[name];
    for (const one of Array.isArray(value) ? value : value === undefined ? [] : [value]) {
      if (name === "state") query.append(name, one);
      else query.set(name, one);
    }
  }
  return query;
}
