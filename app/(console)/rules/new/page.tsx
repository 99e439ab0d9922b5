import type { Metadata } from "next";
import { cookies } from "next/headers";
import { RuleForm } from "@/components/rules/rule-form";
import { draftFrom } from "@/components/rules/templates";
import { PageHeader } from "@/components/ui/page-header";
import { ZONE_COOKIE } from "@/components/ui/preference";
import { isTimeZone } from "@/lib/domain/usage/zone";
import { requireActor } from "@/lib/http/actor";
import { readSearch, type Search } from "@/lib/http/search";
import { ruleChoices } from "../_components/choices";
import { TemplateChips } from "../_components/templates";
import { addRule } from "../actions";

export const metadata: Metadata = { title: "New rule" };

export default async function NewRulePage({ searchParams }: { searchParams: Search }) {
  await requireActor("operator");
  const [query, choices, jar] = await Promise.all([readSearch(searchParams), ruleChoices(), cookies()]);
  const zone = jar.get(ZONE_COOKIE)?.value;
  const draft = draftFrom(query, isTimeZone(zone) ? zone : "UTC");
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
