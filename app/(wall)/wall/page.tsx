import type { Metadata } from "next";
import { getOverview } from "@/lib/features/overview/queries";
import { currentActor, pageCursor } from "@/lib/http/actor";
import { currentViewer } from "@/lib/http/viewer";
import { Wall } from "./_components/wall";

export const metadata: Metadata = { title: "Wall" };

/** The overview for a screen on the wall: large, dark, without scrolling. */
export default async function WallPage() {
  await currentActor();
  const { zone } = await currentViewer();
  const initial = await getOverview({ kind: "preset", preset: "6h" }, zone);
  return <Wall initial={initial} since={pageCursor()} />;
}
