"use client";

import { ListChecks, Radio, Unplug } from "lucide-react";
import { ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Spinner } from "@/components/ui/spinner";
import { TextLink } from "@/components/ui/text-link";

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

/** What is left to set up, above the overview of an installation that receives events already. */
export function StartProgress({ done, of }: { done: number; of: number }) {
  return (
    <Card className="mb-3 flex flex-wrap items-center gap-x-3 gap-y-1.5 py-2.5">
      <ListChecks aria-hidden className="size-4 text-accent-text" />
      <p className="grow">
        <span className="font-medium">
          {done} of {of} steps of the set-up are done.
        </span>{" "}
        <TextLink className="underline" href="/start">
          See what is left
        </TextLink>
      </p>
      <span aria-hidden className="flex w-24 gap-1">
        {Array.from({ length: of }, (_, index) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: the steps are their places
            key={index}
            className={`h-1.5 grow rounded-full ${index < done ? "bg-ok" : "bg-track"}`}
          />
        ))}
      </span>
    </Card>
  );
}
