"use client";

import { ChartSpline, LayoutDashboard } from "lucide-react";
import { useRouter, useSearchParams } from "next/navigation";
import { useState } from "react";
import { type Answer, ask } from "@/components/forms/use-action";
import { ShareDialog } from "@/components/shares/share-dialog";
import { RangePicker } from "@/components/shell/range-picker";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { toast } from "@/components/ui/toast";
import { useNow } from "@/components/ui/viewer";
import { isLive, parseRange, rangeQuery, withRange, zoomed } from "@/lib/domain/charts/range";
import { MINUTE } from "@/lib/domain/usage/duration";
import type { DashboardDto, PanelDto } from "@/lib/features/dashboards/schemas";
import { shareByLink } from "../../actions";
import { changePanel, dropPanel, pinPanel } from "../actions";
import { DashboardMenu } from "./dashboard-menu";
import { PanelCard } from "./panel-card";

/** Explorations side by side over one range, which stands in the address. */
export function DashboardPage({
  dashboard,
  canChange,
  canShare,
}: {
  dashboard: DashboardDto;
  canChange: boolean;
  canShare: boolean;
}) {
  const { id, name } = dashboard;
  const router = useRouter();
  const address = useSearchParams();
  const kept = parseRange(new URLSearchParams(dashboard.range));
  const range = parseRange(address, kept);
  const live = isLive(range, useNow(MINUTE));
  const [panels, setPanels] = useState<readonly PanelDto[]>(dashboard.panels);
  const [rendered, setRendered] = useState(dashboard);
  if (rendered !== dashboard) {
    setRendered(dashboard);
    setPanels(dashboard.panels);
  }

  /** Shows a change at once, and what is true when the server refused it. */
  async function change(next: readonly PanelDto[], save: () => Promise<Answer<unknown>>) {
    setPanels(next);
    const answer = await ask(save);
    if (!answer.ok) toast("That did not work", { kind: "error", description: answer.message });
    router.refresh();
    return answer.ok;
  }

  function move(panel: PanelDto, to: number) {
    const others = panels.filter((one) => one.id !== panel.id);
    const next = [...others.slice(0, to), panel, ...others.slice(to)];
    void change(next, () => changePanel(id, panel.id, { position: to }));
  }

  async function remove(panel: PanelDto) {
    const position = panels.indexOf(panel);
    const rest = panels.filter((one) => one.id !== panel.id);
    if (!(await change(rest, () => dropPanel(id, panel.id)))) return;
    const { title, query, size } = panel;
    toast(`“${title}” removed`, {
      action: {
        label: "Undo",
        onClick: () => void change(panels, () => pinPanel(id, { title, query, size, position })),
      },
    });
  }

  return (
    <>
      <PageHeader
        parent={{ label: "Dashboards", href: "/dashboards" }}
        title={<bdi className="line-clamp-2">{name}</bdi>}
        description={dashboard.own ? undefined : <bdi>by {dashboard.owner_name}</bdi>}
        actions={
          <>
            {canShare && panels.length > 0 && (
              <ShareDialog
                what="dashboard"
                title={name}
                range={range}
                share={(input) => shareByLink({ ...input, dashboard: id })}
              />
            )}
            {canChange && (
              <DashboardMenu
                dashboard={dashboard}
                range={rangeQuery(range) === rangeQuery(kept) ? null : rangeQuery(range)}
              />
            )}
            <RangePicker fallback={kept} />
          </>
        }
      />
      {panels.length === 0 ? (
        <Card>
          <EmptyState
            icon={<LayoutDashboard aria-hidden />}
            title="No panel yet"
            action={
              <ButtonLink href="/explore" variant="primary" icon={<ChartSpline aria-hidden />}>
                Explore
              </ButtonLink>
            }
          >
            Find something worth watching in Explore, and pin it to this dashboard.
          </EmptyState>
        </Card>
      ) : (
        <div className="grid gap-3 lg:grid-cols-2">
          {panels.map((panel, place) => (
            <PanelCard
              key={panel.id}
              panel={panel}
              place={place}
              of={panels.length}
              range={range}
              live={live}
              canChange={canChange}
              onZoom={(from, to, stepMs) =>
                window.history.pushState(
                  null,
                  "",
                  `/dashboards/${id}?${withRange(new URLSearchParams(address), zoomed(from, to, stepMs))}`,
                )
              }
              onMove={(to) => move(panel, to)}
              onDropped={(moved) => {
                const other = panels.find((one) => one.id === moved);
                if (other !== undefined && other !== panel) move(other, place);
              }}
              onChange={(part) =>
                change(
                  panels.map((one) => (one.id === panel.id ? { ...one, ...part } : one)),
                  () => changePanel(id, panel.id, part),
                )
              }
              onRemove={() => void remove(panel)}
            />
          ))}
        </div>
      )}
    </>
  );
}
