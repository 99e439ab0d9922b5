import type { Metadata } from "next";
import { PageHeader } from "@/components/ui/page-header";
import { env } from "@/lib/env";
import { freeSourceName } from "@/lib/features/sources/queries";
import type { SourceFormat } from "@/lib/features/sources/schemas";
import { requireActor } from "@/lib/http/actor";
import { readSearch, type Search } from "@/lib/http/search";
import { GatewayPicker } from "../_components/gateway-picker";
import { guideFor, guides } from "../_components/guides";
import { NewSource } from "../_components/new-source";

export const metadata: Metadata = { title: "Add a source" };

/** First names where the format's own says nothing. */
const NAMES: Partial<Record<SourceFormat, string>> = { native: "my-app", auto: "gateway" };

export default async function NewSourcePage({ searchParams }: { searchParams: Search }) {
  await requireActor("operator");
  const { format } = await readSearch(searchParams);
  const guide = guideFor(format);
  if (guide === null) {
    const { gateways, others } = guides();
    const choice = ({ format, title, about }: (typeof gateways)[number]) => ({ format, title, about });
    return (
      <>
        <PageHeader
          parent={{ label: "Sources", href: "/sources" }}
          title="Add a source"
          description="Choose what will report its API calls here. Its own configuration comes next, ready to paste."
        />
        <GatewayPicker gateways={gateways.map(choice)} others={others.map(choice)} />
      </>
    );
  }
  const name = await freeSourceName(NAMES[guide.format] ?? guide.format);
  const { appUrl, appUrlGiven } = env();
  return <NewSource key={guide.format} guide={guide} name={name} appUrl={appUrlGiven ? appUrl : null} />;
}
