import { CircleCheck } from "lucide-react";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { TextLink } from "@/components/ui/text-link";
import type { IncidentSummary } from "@/lib/features/overview/schemas";
import { IncidentList } from "../../../_components/incident-list";

/** The key's incidents, open ones first. */
export function KeyIncidents({ id, incidents }: { id: string; incidents: readonly IncidentSummary[] }) {
  const open = incidents.filter(({ state }) => state !== "resolved").length;
  return (
    <Card
      title="Incidents"
      hint={open > 0 ? `${open} open` : undefined}
      padded={false}
      action={incidents.length > 0 && <TextLink href={`/incidents?key=${id}`}>All</TextLink>}
    >
      {incidents.length === 0 ? (
        <EmptyState icon={<CircleCheck aria-hidden className="text-ok-text" />} title="No incident">
          No rule has fired for this key.
        </EmptyState>
      ) : (
        <IncidentList incidents={incidents} withSubject={false} />
      )}
    </Card>
  );
}
