"use client";

import { Inbox, Pause, Play } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { useState } from "react";
import { useFetched } from "@/components/live/use-fetched";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Select } from "@/components/ui/select";
import { OUTCOME_LOOK } from "@/lib/domain/charts/series-look";
import { OUTCOMES } from "@/lib/domain/usage/outcome";
import { EventRows, type StoredEvent } from "./event-rows";

const ANY = "any";
const EVERY_MS = 2_000;

/**
 * The latest calls, newest first, until paused. `latest` is what the page knows already; with a filter they are asked
 * for. A source or consumer chosen elsewhere on the page narrows them too.
 */
export function EventTail({ scope, latest }: { scope: string; latest: readonly StoredEvent[] }) {
  const address = useSearchParams();
  const [outcome, setOutcome] = useState(ANY);
  const [held, setHeld] = useState<readonly StoredEvent[] | null>(null);
  const query = new URLSearchParams(scope);
  for (const name of ["source", "consumer"]) {
    const value = address.get(name);
    if (value !== null) query.set(name, value);
  }
  const narrowed = outcome !== ANY || query.size > 1;
  if (outcome !== ANY) query.set("outcome", outcome);
  const found = useFetched<{ data: StoredEvent[] }>(
    narrowed && held === null ? `/api/v1/events?${query}&limit=20` : null,
    EVERY_MS,
  );
  const current = narrowed ? (found.data?.data ?? []) : latest;
  const events = held ?? current;
  return (
    <Card
      title="Latest events"
      hint={held === null ? undefined : "paused"}
      padded={false}
      action={
        <span className="flex items-center gap-2">
          <Select
            aria-label="Outcome"
            className="w-40 max-sm:w-32"
            value={outcome}
            onChange={(next) => {
              setHeld(null);
              setOutcome(next);
            }}
            options={[
              { value: ANY, label: "All outcomes" },
              ...OUTCOMES.map((value) => ({ value, label: OUTCOME_LOOK[value].label })),
            ]}
          />
          <Button
            icon={held === null ? <Pause aria-hidden /> : <Play aria-hidden />}
            aria-pressed={held !== null}
            onClick={() => setHeld(held === null ? current : null)}
          >
            {held === null ? "Pause" : "Go on"}
          </Button>
        </span>
      }
    >
      {events.length === 0 ? (
        <EmptyState icon={<Inbox aria-hidden />} title={narrowed ? "No such event" : "No event yet"}>
          {narrowed
            ? "No stored event is like this."
            : "Calls appear here as soon as a gateway reports them."}
        </EmptyState>
      ) : (
        <EventRows events={events} />
      )}
    </Card>
  );
}
