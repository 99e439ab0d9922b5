"use client";

import { type FormEvent, type ReactElement, useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Popover } from "@/components/ui/popover";
import { replaceAddress } from "@/components/ui/same-page-link";
import { useZone } from "@/components/ui/viewer";
import {
  checkRange,
  fromLocalInput,
  resolveRange,
  type TimeRange,
  toLocalInput,
} from "@/lib/domain/charts/range";
import { zoneWords } from "@/lib/domain/usage/zone-names";

/** Asks for a start and an end, at once when it first stands; later behind its trigger. */
export function CustomRange({
  range,
  href,
  trigger,
}: {
  range: TimeRange;
  href: (range: TimeRange) => string;
  trigger: ReactElement;
}) {
  const zone = useZone();
  const [open, setOpen] = useState(true);
  const [error, setError] = useState<string | null>(null);
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const from = fromLocalInput(String(data.get("from") ?? ""), zone);
    const to = fromLocalInput(String(data.get("to") ?? ""), zone);
    const problem = from === null || to === null ? "Give a start and an end." : checkRange(from, to);
    setError(problem);
    if (problem !== null || from === null || to === null) return;
    replaceAddress(href({ kind: "custom", from, to }));
    setOpen(false);
  }

  return (
    <Popover
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        setError(null);
      }}
      align="end"
      title="Custom range"
      className="w-72"
      trigger={trigger}
    >
      {/* The calendar's fields start at what is shown now. */}
      <form onSubmit={submit} className="flex flex-col gap-3">
        <Bounds range={range} zone={zone} />
        <p className="text-fg-3 text-xs">Times are in your zone, {zoneWords(zone)}.</p>
        {error !== null && (
          <p role="alert" className="text-exhausted-text text-xs">
            {error}
          </p>
        )}
        <Button type="submit" variant="primary">
          Apply
        </Button>
      </form>
    </Popover>
  );
}

function Bounds({ range, zone }: { range: TimeRange; zone: string }) {
  // Mounted with the popup, in the browser only.
  const [{ from, to }] = useState(() => resolveRange(range, Date.now()));
  return (
    <>
      <Field label="From">
        <Input type="datetime-local" name="from" defaultValue={toLocalInput(from, zone)} required />
      </Field>
      <Field label="To">
        <Input type="datetime-local" name="to" defaultValue={toLocalInput(to, zone)} required />
      </Field>
    </>
  );
}
