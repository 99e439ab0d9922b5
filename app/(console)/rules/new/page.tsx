import type { Metadata } from "next";
import { RuleForm } from "@/components/rules/rule-form";
import { draftFrom } from "@/components/rules/templates";
import { PageHeader } from "@/components/ui/page-header";
import { requireActor } from "@/lib/http/actor";
import { readSearch, type Search } from "@/lib/http/search";
import { currentViewer } from "@/lib/http/viewer";
import { ruleChoices } from "../_components/choices";
import { TemplateChips } from "../_components/templates";
import { addRule } from "../actions";

export const metadata: Metadata = { title: "New rule" };

export default async function NewRulePage({ searchParams }: { searchParams: Search }) {
  await requireActor("operator");
  const [query, choices, { zone }] = await Promise.all([
    readSearch(searchParams),
    ruleChoices(),
    currentViewer(),
  ]);
  const draft = draftFrom(query, zone);
  // With one channel there is nothing to choose.
  const only = choices.channels.length === 1 ? choices.channels.map(({ value }) => value) : [];
  return (
    <>
      <PageHeader parent={{ label: "Rules", href: "/rules" }} title="New rule" />
      <TemplateChips current={query.template} />
      <RuleForm
        key={query.template}
        initial={{ ...draft, channels: only }}
        choices={choices}
        save={addRule}
        submit="Create rule"
        backHref="/rules"
      />
    </>
  );
}
