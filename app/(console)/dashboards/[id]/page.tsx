import type { Metadata } from "next";
import { cache } from "react";
import { RefreshOnChange } from "@/components/live/refresh-on-change";
import { hasRole } from "@/lib/domain/access/actor";
import { getDashboard } from "@/lib/features/dashboards/queries";
import { currentActor, pageCursor } from "@/lib/http/actor";
import { found } from "@/lib/http/found";
import { DashboardPage } from "../_components/dashboard-page";

type Props = { params: Promise<{ id: string }> };

const read = cache(async (id: string) => found(getDashboard(await currentActor(), id)));

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await read((await params).id)).name.slice(0, 80) };
}

export default async function Dashboard({ params }: Props) {
  const actor = await currentActor();
  const dashboard = await read((await params).id);
  return (
    <>
      <RefreshOnChange since={pageCursor()} entities={["dashboard"]} />
      <DashboardPage
        dashboard={dashboard}
        canChange={dashboard.own || hasRole(actor, "admin")}
        canShare={hasRole(actor, "operator")}
      />
    </>
  );
}
