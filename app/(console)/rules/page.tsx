import { Plus, SlidersHorizontal } from "lucide-react";
import type { Metadata } from "next";
import { RefreshOnChange } from "@/components/live/refresh-on-change";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Pagination } from "@/components/ui/pagination";
import { hasRole } from "@/lib/domain/access/actor";
import { describeRule, type ScopeNames } from "@/lib/domain/alerting/describe";
import { compileRule } from "@/lib/domain/alerting/rule";
import { listRules } from "@/lib/features/rules/queries";
import type { RuleDto } from "@/lib/features/rules/schemas";
import { scopeNames } from "@/lib/features/rules/scope-options";
import { currentActor, pageCursor } from "@/lib/http/actor";
import { listed } from "@/lib/http/found";
import { hrefWith, readSearch, type Search } from "@/lib/http/search";
import { type RuleRow, RuleTable } from "./_components/rule-table";
import { TemplateLinks } from "./_components/templates";

export const metadata: Metadata = { title: "Rules" };

export default async function RulesPage({ searchParams }: { searchParams: Search }) {
  const actor = await currentActor();
  const { cursor } = await readSearch(searchParams);
  const page = await listed(listRules({ cursor }), "/rules");
  const names = await scopeNames(page.data.map(({ scope }) => scope));
  const canWrite = hasRole(actor, "operator");
  return (
    <>
      <RefreshOnChange since={pageCursor()} entities={["rule", "incident"]} />
      <PageHeader
        title="Rules"
        description="What is watched, and from where on it is an incident."
        actions={
          canWrite && (
            <ButtonLink href="/rules/new" variant="primary" icon={<Plus aria-hidden />}>
              New rule
            </ButtonLink>
          )
        }
      />
      <Card padded={false}>
        {page.data.length === 0 ? (
          <EmptyState icon={<SlidersHorizontal aria-hidden />} title="Nothing is watched yet">
            {canWrite
              ? "Start from one of the rules below, or from an empty form."
              : "An operator can make a rule, which opens an incident when a threshold is crossed."}
          </EmptyState>
        ) : (
          <RuleTable
            rules={page.data.map((rule, index) => rowOf(rule, names[index] ?? {}))}
            canWrite={canWrite}
          />
        )}
        <Pagination
          firstHref="/rules"
          nextHref={page.next_cursor && hrefWith("/rules", { cursor: page.next_cursor })}
          onFirst={cursor === undefined}
        />
      </Card>
      {canWrite && (
        <Card title="Start from" hint="all of it can be changed" className="mt-3">
          <div className="pt-1">
            <TemplateLinks />
          </div>
        </Card>
      )}
    </>
  );
}

function rowOf(rule: RuleDto, names: ScopeNames): RuleRow {
  return { rule, words: describeRule(compileRule(rule), names) };
}
