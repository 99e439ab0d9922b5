"use client";

import { Radio, Unplug } from "lucide-react";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Spinner } from "@/components/ui/spinner";

/** What stands on the overview until the first event: where to begin. */
export function GetStarted({ hasSources, canWrite }: { hasSources: boolean; canWrite: boolean }) {
  return (
    <Card className="py-6">
      <EmptyState
        icon={hasSources ? <Radio aria-hidden /> : <Unplug aria-hidden />}
        title={hasSources ? "Waiting for the first event" : "Nothing sends events yet"}
        action={
          canWrite && (
            <>
              <ButtonLink href="/start" variant="primary">
                {hasSources ? "Continue setting up" : "Get started"}
              </ButtonLink>
              {hasSources && <ButtonLink href="/sources">Open the sources</ButtonLink>}
            </>
          )
        }
      >
        {hasSources
          ? "Point a gateway at Keygauge, or send an event by hand. This page moves by itself as soon as one arrives."
          : canWrite
            ? "Four steps lead from here to the first warning: a source, a limit, a channel and a rule."
            : "An operator or admin has to create a source first: a gateway or an application that tells Keygauge about each API call."}
      </EmptyState>
      {hasSources && (
        <p className="flex items-center justify-center gap-2 text-fg-3 text-xs">
          <Spinner /> Listening
        </p>
      )}
    </Card>
  );
}
