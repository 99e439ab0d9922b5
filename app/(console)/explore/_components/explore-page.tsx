"use client";

import { useSearchParams } from "next/navigation";
import { useState } from "react";
import { ExplorationView } from "@/components/explore/exploration-view";
import { GROUP_LABELS } from "@/components/explore/words";
import { ShareDialog } from "@/components/shares/share-dialog";
import { RangePicker } from "@/components/shell/range-picker";
import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { useNow } from "@/components/ui/viewer";
import { ViewsMenu } from "@/components/views/views-menu";
import type { Role } from "@/lib/domain/access/actor";
import {
  EXPLORE_FILTERS,
  type Exploration,
  type ExploreFilter,
  explorationQuery,
  explorationTitle,
  readExploration,
} from "@/lib/domain/charts/exploration-query";
import { isLive, zoomed } from "@/lib/domain/charts/range";
import { MINUTE } from "@/lib/domain/usage/duration";
import { shareByLink } from "../../actions";
import { Controls } from "./controls";
import { FilterBar } from "./filter-bar";
import { PinDialog } from "./pin-dialog";

const HEIGHT = 340;

/** Any metric, narrowed and grouped, over a range; all of it stands in the address. `names` are those of the filters' values. */
export function ExplorePage({ names: given, role }: { names: Readonly<Record<string, string>>; role: Role }) {
  const address = useSearchParams();
  const exploration = readExploration(new URLSearchParams(address));
  const query = explorationQuery(exploration).toString();
  const [chosen, setChosen] = useState<Readonly<Record<string, string>>>({});
  const names = { ...given, ...chosen };
  const live = isLive(exploration.range, useNow(MINUTE));
  const title = explorationTitle(exploration);

  /** What changed is one step back for the browser, and the page is not fetched anew for it. */
  const change = (part: Partial<Exploration>) =>
    window.history.pushState(null, "", `/explore?${explorationQuery({ ...exploration, ...part })}`);
  function filter(name: ExploreFilter, values: readonly { value: string; label: string }[]) {
    setChosen((known) => ({
      ...known,
      ...Object.fromEntries(values.map(({ value, label }) => [`${name} ${value}`, label])),
    }));
    const filters = { ...exploration.filters };
    if (values.length === 0) delete filters[name];
    else filters[name] = values.map(({ value }) => value);
    return filters;
  }
  const { groupBy } = exploration;
  const drill = EXPLORE_FILTERS.find((name) => name === groupBy);

  return (
    <>
      <PageHeader
        title="Explore"
        actions={
          <>
            <span className="flex gap-2">
              <ViewsMenu page="explore" path="/explore" query={query} />
              <PinDialog title={title} query={query} isAdmin={role === "admin"} />
              {role !== "viewer" && (
                <ShareDialog
                  what="exploration"
                  title={title}
                  range={exploration.range}
                  share={(input) => shareByLink({ ...input, query })}
                />
              )}
            </span>
            <RangePicker />
          </>
        }
      />
      <div className="flex flex-col gap-3">
        <Card aria-label="What is shown">
          <Controls exploration={exploration} onChange={change} />
          <FilterBar
            filters={exploration.filters}
            labelOf={(name, value) => names[`${name} ${value}`] ?? value}
            onChange={(name, values) => change({ filters: filter(name, values) })}
            onClear={() => change({ filters: {} })}
          />
        </Card>
        <Card title={title} hint={<Narrowed exploration={exploration} />} className="overflow-hidden">
          <ExplorationView
            url={`/api/v1/explore?${query}`}
            live={live}
            title={title}
            height={HEIGHT}
            summary={exploration.kind !== "table"}
            onZoom={(from, to, stepMs) => change({ range: zoomed(from, to, stepMs) })}
            onDrill={
              drill &&
              ((value, label) => change({ filters: filter(drill, [{ value, label }]), groupBy: null }))
            }
          />
        </Card>
      </div>
    </>
  );
}

/** How much of all there is the chart is about. */
function Narrowed({ exploration: { filters } }: { exploration: Exploration }) {
  const names = EXPLORE_FILTERS.filter((name) => filters[name] !== undefined);
  return names.length === 0
    ? "all keys"
    : `narrowed by ${names.map((name) => GROUP_LABELS[name].toLowerCase()).join(", ")}`;
}
