import { CircleCheck, Settings2 } from "lucide-react";
import type { Metadata } from "next";
import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { DescriptionList } from "@/components/ui/description-list";
import { env } from "@/lib/env";
import { inForce } from "@/lib/features/installation/queries";
import { currentActor } from "@/lib/http/actor";
import manifest from "@/package.json";

export const metadata: Metadata = { title: "About" };

export default async function AboutPage() {
  await currentActor();
  const { appUrl, appUrlGiven, databaseUrl } = env();
  const { smtpUrl, twilio, retentionEventsDays } = inForce();
  return (
    <div className="grid gap-3 lg:grid-cols-2">
      <Card title="Keygauge">
        <DescriptionList
          items={[
            { term: "Version", value: manifest.version },
            {
              term: "Address",
              value: appUrlGiven ? appUrl : <Hint text={appUrl}>set APP_URL for links in messages</Hint>,
            },
            { term: "Database", value: databaseUrl === undefined ? "Embedded Postgres" : "DATABASE_URL" },
          ]}
        />
      </Card>
      <Card title="How long things are kept">
        <DescriptionList
          items={[
            {
              term: "Events",
              value: `${retentionEventsDays} ${retentionEventsDays === 1 ? "day" : "days"}`,
            },
            { term: "Use in 10 s steps", value: "2 days" },
            { term: "Use by the minute", value: "32 days" },
            { term: "Use by the hour", value: "400 days" },
          ]}
        />
      </Card>
      <Card title="Sending" className="lg:col-span-2">
        <DescriptionList
          items={[
            { term: "E-mail", value: <Sender ready={smtpUrl !== undefined} place="E-mail" /> },
            {
              term: "SMS",
              value: <Sender ready={twilio !== undefined} place="SMS" />,
            },
          ]}
        />
      </Card>
    </div>
  );
}

function Hint({ text, children }: { text: string; children: string }) {
  return (
    <>
      {text} <span className="text-fg-3">· {children}</span>
    </>
  );
}

function Sender({ ready, place }: { ready: boolean; place: string }) {
  return ready ? (
    <Badge tone="ok" icon={<CircleCheck aria-hidden />}>
      Configured
    </Badge>
  ) : (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <Badge tone="risk" icon={<Settings2 aria-hidden />}>
        Not configured
      </Badge>
      <span className="text-fg-2">
        An admin sets it under Settings → {place}. Until then messages are kept and can be read in the
        console.
      </span>
    </span>
  );
}
