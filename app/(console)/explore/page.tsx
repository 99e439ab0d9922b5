import type { Metadata } from "next";
import { EXPLORE_FILTERS, readExploration } from "@/lib/domain/charts/exploration-query";
import { nameValues } from "@/lib/features/explore/values";
import { currentActor } from "@/lib/http/actor";
import { ExplorePage } from "./_components/explore-page";

export const metadata: Metadata = { title: "Explore" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function Explore({ searchParams }: Props) {
  const { role } = await currentActor();
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(await searchParams)) {
    for (const one of [value].flat()) if (one !== undefined) params.append(name, one);
  }
  const { filters } = readExploration(params);
  const named = EXPLORE_FILTERS.map(async (name) => {
    const values = filters[name] ?? [];
    const labels = await nameValues(name, values);
    return values.map((value, index): [string, string] => [`${name} ${value}`, labels[index] ?? value]);
  });
  return <ExplorePage role={role} names={Object.fromEntries((await Promise.all(named)).flat())} />;
}
