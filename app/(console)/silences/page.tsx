import { BellOff, Plus } from "lucide-react";
import type { Metadata } from "next";
import { RefreshOnChange } from "@/components/live/refresh-on-change";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Pagination } from "@/components/ui/pagination";
import { TabLinks } from "@/components/ui/tabs";
import { hasRole } from "@/lib/domain/access/actor";
import { listRules } from "@/lib/features/rules/queries";
import { listSilences } from "@/lib/features/silences/queries";
import { currentActor, pageCursor } from "@/lib/http/actor";
import { listed } from "@/lib/http/found";
import { hrefWith, readSearch, type Search } from "@/lib/http/search";
import { matcherParts } from "./_components/matcher";
import { SilenceTable } from "./_components/silence-table";

export const metadata: Metadata = { title: "Silences" };

const PATH = "/silences";
const STATES = [
  { value: "active", label: "Active" },
  { value: "upcoming", label: "Upcoming" },
  { value: "expired", label: "Ended" },
];
const EMPTY: Readonly<Record<string, string>> = {
  active: "Nothing is silenced",
  upcoming: "No silence is planned",
  expired: "No silence has ended yet",
};

export default async function SilencesPage({ searchParams }: { searchParams: Search }) {
  const actor = await currentActor();
  const { state = "active", cursor } = await readSearch(searchParams);
  const [page, rules] = await Promise.all([
    listed(listSilences({ state, cursor }), PATH),
    listRules({ limit: 500 }),
  ]);
  const parts = await matcherParts(
    page.data.map(({ matcher }) => matcher),
    new Map(rules.data.map(({ id, name }) => [id, name])),
  );
  const canWrite = hasRole(actor, "operator");
  const add = canWrite && (
    <ButtonLink href="/silences/new" variant="primary" icon={<Plus aria-hidden />}>
      New silence
    </ButtonLink>
  );
  const query = { state: state === "active" ? undefined : state };
  return (
    <>
      <RefreshOnChange since={pageCursor()} entities={["silence"]} />
      <PageHeader
        title="Silences"
        description="While one is active, what it matches is watched but not told. What still fires when it ends is told then."
        actions={page.data.length > 0 && add}
      />
      <TabLinks
        label="State"
        current={state}
        className="mb-3"
        tabs={STATES.map((tab) => ({
          ...tab,
          href: hrefWith(PATH, {}, { state: tab.value === "active" ? undefined : tab.value }),
        }))}
      />
      <Card padded={false}>
        {page.data.length === 0 ? (
          <EmptyState icon={<BellOff aria-hidden />} title={EMPTY[state] ?? "No silence"} action={add}>
            Silence a key, a provider or a rule while you work on it, rather than everything.
          </EmptyState>
        ) : (
          <SilenceTable
            canWrite={canWrite}
            silences={page.data.map((silence, index) => ({ ...silence, parts: parts[index] ?? [] }))}
          />
        )}
        <Pagination
          firstHref={hrefWith(PATH, query)}
          nextHref={page.next_cursor && hrefWith(PATH, query, { cursor: page.next_cursor })}
          onFirst={cursor === undefined}
        />
      </Card>
    </>
  );
}
