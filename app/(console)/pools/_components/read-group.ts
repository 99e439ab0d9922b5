import type { Metadata } from "next";
import { cache } from "react";
import { hasRole } from "@/lib/domain/access/actor";
import { parseRange } from "@/lib/domain/charts/range";
import { type GroupKind, getGroupDetail } from "@/lib/features/keys/group-detail";
import { currentActor, pageCursor } from "@/lib/http/actor";
import { found } from "@/lib/http/found";
import { readSearch, type Search } from "@/lib/http/search";
import { currentViewer } from "@/lib/http/viewer";

export type GroupProps = { params: Promise<{ name: string }>; searchParams: Search };

/** What the page of a pool or provider needs; the same read serves its title. */
export async function readGroup(kind: GroupKind, { params, searchParams }: GroupProps) {
  const actor = await currentActor();
  const { name } = await params;
  const search = new URLSearchParams(await readSearch(searchParams)).toString();
  const range = parseRange(new URLSearchParams(search));
  const initial = await detail(kind, decodeURIComponent(name), search);
  return { initial, since: pageCursor(), range, canWrite: hasRole(actor, "operator") };
}

export async function groupMetadata(kind: GroupKind, props: GroupProps): Promise<Metadata> {
  return { title: (await readGroup(kind, props)).initial.name.slice(0, 80) };
}

const detail = cache(async (kind: GroupKind, name: string, search: string) => {
  const { zone } = await currentViewer();
  return found(getGroupDetail(kind, name, { range: parseRange(new URLSearchParams(search)), zone }));
});
