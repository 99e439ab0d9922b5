"use client";

import { Inbox, Pause, Play } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { useRef, useState } from "react";
import { useFetched } from "@/components/live/use-fetched";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Select } from "@/components/ui/select";
import { OUTCOME_LOOK } from "@/lib/domain/charts/series-look";
import { callFiltersOf } from "@/lib/domain/usage/call-filter";
import { OUTCOMES } from "@/lib/domain/usage/outcome";
import { EventRows, type StoredEvent } from "./event-rows";
import { valueWords } from "./filter-chips";

const ANY = "any";
const EVERY_MS = 2_000;
const MOST_SEEN = 50;

/** What the tail can be narrowed by, beside what the page is. */
const FIELDS = [
  { name: "outcome", label: "Outcome", any: "All outcomes" },
  { name: "status", label: "Status", any: "All statuses" },
  { name: "model", label: "Model", any: "All models" },
  { name: "route", label: "Route", any: "All routes" },
] as const;
type FieldName = (typeof FIELDS)[number]["name"];

/**
 * The latest calls, newest first, until paused. `latest` is what the page knows already; with a filter of the tail's own
 * they are asked for. What the page is narrowed to narrows them too.
 */
export function EventTail({ scope, latest }: { scope: string; latest: readonly StoredEvent[] }) {
  const page = callFiltersOf(useSearchParams());
  const [own, setOwn] = useState<Partial<Record<FieldName, string>>>({});
  const [held, setHeld] = useState<readonly StoredEvent[] | null>(null);
  const query = new URLSearchParams(scope);
  for (const [name, value] of Object.entries({ ...page, ...own })) query.set(name, value);
  const narrowed = Object.keys(own).length > 0;
  const found = useFetched<{ data: StoredEvent[] }>(
    narrowed && held === null ? `/api/v1/events?${query}&limit=20` : null,
    EVERY_MS,
  );
  const current = narrowed ? (found.data?.data ?? []) : latest;
  const events = held ?? current;
  const seen = useSeen(latest);

  function choose(name: FieldName, value: string) {
    setHeld(null);
    const { [name]: _, ...rest } = own;
    setOwn(value === ANY ? rest : { ...rest, [name]: value });
  }

  return (
    <Card
      title="Latest events"
      hint={held === null ? undefined : "paused"}
      padded={false}
      action={
        <Button
          icon={held === null ? <Pause aria-hidden /> : <Play aria-hidden />}
          aria-pressed={held !== null}
          onClick={() => setHeld(held === null ? current : null)}
        >
          {held === null ? "Pause" : "Go on"}
        </Button>
      }
    >
      <div className="flex flex-wrap gap-2 px-4 pt-1 pb-2">
        {FIELDS.filter(({ name }) => page[name] === undefined).map(({ name, label, any }) => (
          <Select
            key={name}
            aria-label={label}
            className="w-40 max-sm:w-[calc(50%-0.25rem)]"
            value={own[name] ?? ANY}
            onChange={(value) => choose(name, value)}
            options={[{ value: ANY, label: any }, ...optionsOf(name, seen)]}
          />
        ))}
      </div>
      {events.length === 0 ? (
        <EmptyState
          icon={<Inbox aria-hidden />}
          title={narrowed || Object.keys(page).length > 0 ? "No such event" : "No event yet"}
        >
          {narrowed || Object.keys(page).length > 0
            ? "No stored event is like this."
            : "Calls appear here as soon as a gateway reports them."}
        </EmptyState>
      ) : (
        <EventRows events={events} />
      )}
    </Card>
  );
}

type Seen = Record<Exclude<FieldName, "outcome">, ReadonlySet<string>>;

function optionsOf(name: FieldName, seen: Seen) {
  if (name === "outcome") return OUTCOMES.map((value) => ({ value, label: OUTCOME_LOOK[value].label }));
  return [...seen[name]].sort().map((value) => ({ value, label: valueWords(name, value).slice(0, 120) }));
}

/** The values that passed by while one looked: what there is to choose from. */
function useSeen(events: readonly StoredEvent[]): Seen {
  const seen = useRef({ status: new Set<string>(), model: new Set<string>(), route: new Set<string>() });
  for (const event of events) {
    for (const [name, values] of Object.entries(seen.current)) {
      const value = event[name];
      if (value !== null && value !== undefined && values.size < MOST_SEEN) values.add(String(value));
    }
  }
  return seen.current;
}
