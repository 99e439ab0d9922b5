import type { Metadata } from "next";
import { ConfirmPageForm } from "@/components/forms/confirm-page-form";
import { IncidentReading } from "@/components/incidents/incident-reading";
import { IncidentStateBadge, SeverityBadge } from "@/components/state/alert-badge";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { TextLink } from "@/components/ui/text-link";
import { describeLink, type LinkState } from "@/lib/features/incidents/queries";
import { found } from "@/lib/http/found";
import { acknowledge } from "./actions";

// The link is a secret: no other site may see it as a referrer, and no search engine keep it.
export const metadata: Metadata = {
  title: "Acknowledge an incident",
  referrer: "same-origin",
  robots: { index: false },
};

const NOTHING_TO_DO: Record<Exclude<LinkState, "ready">, { title: string; text: string }> = {
  acknowledged: { title: "Acknowledged", text: "Reminders and escalation have stopped." },
  resolved: { title: "Resolved", text: "There is nothing left to acknowledge." },
  used: {
    title: "This link has been used",
    text: "The acknowledgement was taken back since. Sign in to acknowledge the incident once more.",
  },
};

export default async function AcknowledgePage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const { incident, state } = await found(describeLink(decodeURIComponent(token)));
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-[26rem] flex-col px-4 pt-[max(3rem,14vh)] pb-10">
      <Card padded={false} className="px-6 pt-5 pb-6">
        <h1 className="font-semibold text-xl tracking-tight">{incident.rule_name}</h1>
        <p className="mt-2 flex flex-wrap items-center gap-3 text-sm">
          <SeverityBadge severity={incident.severity} />
          <IncidentStateBadge state={incident.state} />
        </p>
        <p className="mt-1.5 text-fg-2 text-sm">
          {[incident.subject, incident.provider].filter(Boolean).join(" · ") || "All keys"}
        </p>
        <p className="mt-1.5 text-fg-2 text-sm">
          <IncidentReading incident={incident} />
        </p>
        <div className="mt-5">
          {state === "ready" ? (
            <ConfirmPageForm action={acknowledge.bind(null, decodeURIComponent(token))} confirm="Acknowledge">
              Acknowledging stops the reminders and the escalation of this incident until it resolves.
              Everybody with access sees that it was done from this message.
            </ConfirmPageForm>
          ) : (
            <Callout kind="info" title={NOTHING_TO_DO[state].title}>
              {state === "acknowledged" && `By ${incident.acknowledged_by}. `}
              {NOTHING_TO_DO[state].text}
            </Callout>
          )}
        </div>
        <p className="mt-4 text-sm">
          <TextLink href={`/incidents/${incident.id}`}>Show the incident</TextLink>
        </p>
      </Card>
    </main>
  );
}
