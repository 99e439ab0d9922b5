import type { Metadata } from "next";
import { draftOf } from "@/components/rules/draft";
import { RuleForm } from "@/components/rules/rule-form";
import { PageHeader } from "@/components/ui/page-header";
import { getRule } from "@/lib/features/rules/queries";
import { requireActor } from "@/lib/http/actor";
import { found } from "@/lib/http/found";
import { ruleChoices } from "../../_components/choices";
import { saveRule } from "../../actions";

export const metadata: Metadata = { title: "Change rule" };

export default async function EditRulePage({ params }: { params: Promise<{ id: string }> }) {
  await requireActor("operator");
  const { id } = await params;
  const [rule, choices] = await Promise.all([found(getRule(id)), ruleChoices()]);
  return (
    <>
      <PageHeader parent={{ label: rule.name, href: `/rules/${rule.id}` }} title="Change the rule" />
      <RuleForm
        key={rule.version}
        id={rule.id}
        initial={draftOf(rule)}
        choices={choices}
        save={saveRule.bind(null, rule.id)}
        submit="Save rule"
        backHref={`/rules/${rule.id}`}
      />
    </>
  );
}
