import type { Metadata } from "next";
import { PageHeader } from "@/components/ui/page-header";
import { listRules } from "@/lib/features/rules/queries";
import { scopeOptions } from "@/lib/features/rules/scope-options";
import { requireActor } from "@/lib/http/actor";
import { readSearch, type Search } from "@/lib/http/search";
import { SilenceForm } from "../_components/silence-form";

export const metadata: Metadata = { title: "New silence" };

export default async function NewSilencePage({ searchParams }: { searchParams: Search }) {
  await requireActor("operator");
  const {
    key = "",
    keys: chosen = "",
    provider = "",
    pool = "",
    rule = "",
    severity = "",
    comment = "",
  } = await readSearch(searchParams);
  const [{ key: keys, provider: providers, pool: pools }, rules] = await Promise.all([
    scopeOptions(),
    listRules({ limit: 500 }),
  ]);
  return (
    <>
      <PageHeader parent={{ label: "Silences", href: "/silences" }} title="New silence" />
      <SilenceForm
        keys={chosen.split(",").filter((id) => /^[1-9]\d{0,15}$/.test(id))}
        initial={{ key, provider, pool, rule, severity, comment }}
        options={{
          key: keys,
          provider: providers,
          pool: pools,
          rule: rules.data.map(({ id, name }) => ({ value: id, label: name })),
        }}
      />
    </>
  );
}
