import type { Metadata } from "next";
import { hasRole } from "@/lib/domain/access/actor";
import { parseRange } from "@/lib/domain/charts/range";
import { getOverview } from "@/lib/features/overview/queries";
import { currentActor, pageCursor } from "@/lib/http/actor";
import { currentProgress } from "@/lib/http/start";
import { currentViewer } from "@/lib/http/viewer";
import { Overview } from "./_components/overview";

export const metadata: Metadata = { title: "Overview" };

type Search = Record<string, string | string[] | undefined>;

export default async function OverviewPage({ searchParams }: { searchParams: Promise<Search> }) {
  const actor = await currentActor();
  const params = await searchParams;
  const range = parseRange({
    get: (name) => (typeof params[name] === "string" ? params[name] : null),
  });
  const { zone } = await currentViewer();
  const canWrite = hasRole(actor, "operator");
  const [initial, start] = await Promise.all([getOverview(range, zone), canWrite ? currentProgress() : null]);
  return <Overview initial={initial} since={pageCursor()} range={range} canWrite={canWrite} start={start} />;
}
