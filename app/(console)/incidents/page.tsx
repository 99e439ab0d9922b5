import { CircleCheck, SearchX } from "lucide-react";
import type { Metadata } from "next";
import { UrlFilter } from "@/components/forms/url-filter";
import { UrlSearch } from "@/components/forms/url-search";
import { IncidentTable } from "@/components/incidents/incident-table";
import { RefreshOnChange } from "@/components/live/refresh-on-change";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Pagination } from "@/components/ui/pagination";
import { TabLinks } from "@/components/ui/tabs";
import { TextLink } from "@/components/ui/text-link";
import { listIncidents } from "@/lib/features/incidents/queries";
import { countOpenIncidents } from "@/lib/features/overview/incidents";
import { listRules } from "@/lib/features/rules/queries";
import { currentActor, pageCursor } from "@/lib/http/actor";
import { listed } from "@/lib/http/found";
import { hrefWith, readSearch, type Search } from "@/lib/http/search";

export const metadata: Metadata = { title: "Incidents" };

const PATH = "/incidents";
const SEVERITIES = [
  { value: "critical", label: "Critical" },
  { value: "warning", label: "Warning" },
];
const STATES = [
  { value: "open", label: "Open" },
  { value: "firing", label: "Not acknowledged" },
  { value: "acknowledged", label: "Acknowledged" },
  { value: "resolved", label: "Resolved" },
  { value: "all", label: "All" },
];

export default async function IncidentsPage({ searchParams }: { searchParams: Search }) {
  await currentActor();
  const { state = "open", severity, rule, key, q, cursor } = await readSearch(searchParams);
  const filter = { state: state === "open" ? undefined : state, severity, rule, key, q };
  const asked = { severity, rule, key, q, cursor, state: state === "all" ? undefined : state };
  const [page, rules, open] = await Promise.all([
    listed(listIncidents(asked), PATH),
    listRules({ limit: 500 }),
    countOpenIncidents(),
  ]);
  return (
    <>
      <RefreshOnChange since={pageCursor()} entities={["incident"]} />
      <PageHeader
        title="Incidents"
        actions={
          <>
            <UrlSearch
              label="Search incidents"
              placeholder="Rule, key, pool or provider"
              className="w-60 max-sm:w-full"
              path={PATH}
              query={filter}
            />
            <UrlFilter
              name="severity"
              label="Severity"
              any="Any severity"
              className="w-36"
              options={SEVERITIES}
              path={PATH}
              query={filter}
            />
            <UrlFilter
              name="rule"
              label="Rule"
              any="Any rule"
              className="w-44"
              options={rules.data.map(({ id, name }) => ({ value: id, label: name }))}
              path={PATH}
              query={filter}
            />
          </>
        }
      />
      <TabLinks
        label="State"
        current={state}
        className="mb-3"
        tabs={STATES.map((tab) => ({
          ...tab,
          href: hrefWith(PATH, filter, { state: tab.value === "open" ? undefined : tab.value }),
          ...(tab.value === "open" ? { count: open } : {}),
        }))}
      />
      {key !== undefined && (
        <p className="mb-3 text-fg-2">
          Of one <TextLink href={`/keys/${encodeURIComponent(key)}`}>key</TextLink> ·{" "}
          <TextLink href={hrefWith(PATH, filter, { key: undefined })}>of all keys</TextLink>
        </p>
      )}
      <Card padded={false}>
        {page.data.length === 0 ? (
          <Nothing
            state={state}
            narrowed={[severity, rule, key, q].some((value) => value !== undefined)}
            watched={rules.data.length > 0}
          />
        ) : (
          <IncidentTable incidents={page.data} />
        )}
        <Pagination
          firstHref={hrefWith(PATH, filter)}
          nextHref={page.next_cursor && hrefWith(PATH, filter, { cursor: page.next_cursor })}
          onFirst={cursor === undefined}
        />
      </Card>
    </>
  );
}

function Nothing({ state, narrowed, watched }: { state: string; narrowed: boolean; watched: boolean }) {
  if (narrowed) {
    return (
      <EmptyState icon={<SearchX aria-hidden />} title="Nothing matches the filter">
        <TextLink href={PATH}>Show every open incident</TextLink>
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<CircleCheck aria-hidden />}
      title={state === "open" || state === "firing" ? "Nothing is amiss" : "No incident yet"}
    >
      {watched ? (
        <>
          When a{" "}
          <TextLink className="underline" href="/rules">
            rule
          </TextLink>{" "}
          fires, its incident stands here.
        </>
      ) : (
        <>
          No rule watches anything yet.{" "}
          <TextLink className="underline" href="/rules">
            Start from one that is filled in
          </TextLink>
          : what it finds stands here.
        </>
      )}
    </EmptyState>
  );
}
