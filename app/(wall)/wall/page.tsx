import type { Metadata } from "next";
import { cookies } from "next/headers";
import { ZONE_COOKIE } from "@/components/ui/preference";
import { isTimeZone } from "@/lib/domain/usage/zone";
import { getOverview } from "@/lib/features/overview/queries";
import { currentActor } from "@/lib/http/actor";
import { Wall } from "./_components/wall";

export const metadata: Metadata = { title: "Wall" };

/** The overview for a screen on the wall: large, dark, without scrolling. */
export default async function WallPage() {
  await currentActor();
  const cookie = (await cookies()).get(ZONE_COOKIE)?.value;
  const initial = await getOverview({ kind: "preset", preset: "6h" }, isTimeZone(cookie) ? cookie : "UTC");
  return <Wall initial={initial} />;
}
