"use client";

import { ListFilter, X } from "lucide-react";
import { useState } from "react";
import { GROUP_LABELS } from "@/components/explore/words";
import { useFetched } from "@/components/live/use-fetched";
import { Button } from "@/components/ui/button";
import { Combobox } from "@/components/ui/combobox";
import { Field } from "@/components/ui/field";
import { Popover } from "@/components/ui/popover";
import { Select } from "@/components/ui/select";
import { EXPLORE_FILTERS, type Exploration, type ExploreFilter } from "@/lib/domain/charts/exploration-query";
import type { FilterValue } from "@/lib/features/explore/schemas";

type Chosen = { value: string; label: string };

/** What the exploration is narrowed by, each with a way out, and a way to narrow it further. */
export function FilterBar({
  filters,
  labelOf,
  onChange,
  onClear,
}: {
  filters: Exploration["filters"];
  labelOf: (name: ExploreFilter, value: string) => string;
  onChange: (name: ExploreFilter, values: readonly Chosen[]) => void;
  onClear: () => void;
}) {
  const chosen = (name: ExploreFilter): Chosen[] =>
    (filters[name] ?? []).map((value) => ({ value, label: labelOf(name, value) }));
  const all = EXPLORE_FILTERS.flatMap((name) => chosen(name).map((value) => ({ name, ...value })));
  return (
    <div className="mt-3 flex flex-wrap items-center gap-2 border-t pt-3">
      <AddFilter
        onAdd={(name, value) =>
          onChange(
            name,
            name === "key" ? [...chosen(name).filter((one) => one.value !== value.value), value] : [value],
          )
        }
      />
      {all.map(({ name, value, label }) => (
        <span
          key={`${name} ${value}`}
          className="inline-flex h-7 max-w-72 items-center gap-1.5 rounded-md bg-accent-soft pl-2.5 text-accent-text text-xs pointer-coarse:h-10"
        >
          <span className="truncate">
            {GROUP_LABELS[name]} <bdi className="font-medium">{label}</bdi>
          </span>
          <button
            type="button"
            aria-label={`Show more than ${GROUP_LABELS[name].toLowerCase()} ${label.slice(0, 100)}`}
            onClick={() =>
              onChange(
                name,
                chosen(name).filter((one) => one.value !== value),
              )
            }
            className="grid h-full w-7 shrink-0 place-items-center rounded-md hover:bg-hover focus-visible:-outline-offset-2 pointer-coarse:w-10"
          >
            <X aria-hidden className="size-3" />
          </button>
        </span>
      ))}
      {all.length > 1 && (
        <Button variant="ghost" size="sm" onClick={onClear}>
          Clear all
        </Button>
      )}
    </div>
  );
}

function AddFilter({ onAdd }: { onAdd: (name: ExploreFilter, value: Chosen) => void }) {
  const [open, setOpen] = useState(false);
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      title="Show only"
      className="w-72"
      trigger={
        <Button size="sm" icon={<ListFilter aria-hidden />}>
          Filter
        </Button>
      }
    >
      <FilterForm
        onChosen={(name, value) => {
          setOpen(false);
          onAdd(name, value);
        }}
      />
    </Popover>
  );
}

function FilterForm({ onChosen }: { onChosen: (name: ExploreFilter, value: Chosen) => void }) {
  const [name, setName] = useState<ExploreFilter>("key");
  return (
    <div className="flex flex-col gap-3">
      <Field label="What">
        <Select
          value={name}
          onChange={setName}
          options={EXPLORE_FILTERS.map((value) => ({ value, label: GROUP_LABELS[value] }))}
        />
      </Field>
      {/* Its own for each name: what one was found for never stands under another. */}
      <ValueField key={name} name={name} onChosen={(value) => onChosen(name, value)} />
    </div>
  );
}

function ValueField({ name, onChosen }: { name: ExploreFilter; onChosen: (value: Chosen) => void }) {
  const [sought, setSought] = useState("");
  const found = useFetched<{ data: FilterValue[] }>(
    `/api/v1/explore/values?${new URLSearchParams({ of: name, q: sought })}`,
  );
  const options = (found.data?.data ?? []).map(({ value, label, hint }) => ({
    value,
    label,
    ...(hint !== null && hint !== "" && { hint }),
  }));
  return (
    <Field label="Which" error={found.state === "failed" ? found.message : undefined}>
      <Combobox
        options={options}
        value={null}
        onSearch={setSought}
        placeholder={`Find a ${GROUP_LABELS[name].toLowerCase()}`}
        empty={found.state === "loading" ? "Looking…" : "Nothing matches."}
        onChange={(value) => {
          const option = options.find((one) => one.value === value);
          if (option !== undefined) onChosen(option);
        }}
      />
    </Field>
  );
}
