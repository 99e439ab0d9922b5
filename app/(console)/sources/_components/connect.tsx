"use client";

import { useState } from "react";
import { Card } from "@/components/ui/card";
import { SecretReveal } from "@/components/ui/secret-reveal";
import { FirstEvent, type Since } from "./first-event";
import type { Guide } from "./guide";
import { SetupSteps } from "./setup-steps";

/** A source whose token was made just now: what to configure at its gateway, beside what arrives from there. */
export function Connect({
  guide,
  source,
  token,
  appUrl,
}: {
  guide: Guide;
  source: Since;
  token: string;
  appUrl: string | null;
}) {
  const [shown, setShown] = useState(false);
  return (
    <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,5fr)_minmax(0,7fr)]">
      <Card>
        <div className="flex flex-col gap-6">
          <div>
            <h2 className="mb-1.5 font-semibold text-sm">Ingest token</h2>
            <SecretReveal secret={token} label="Ingest token" shown={shown} onShownChange={setShown} />
          </div>
          <SetupSteps guide={guide} token={{ secret: token, shown }} appUrl={appUrl} />
        </div>
      </Card>
      <FirstEvent source={source} className="lg:sticky lg:top-4" />
    </div>
  );
}
