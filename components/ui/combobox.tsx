"use client";

import { Combobox as Base } from "@base-ui/react/combobox";
import { clsx } from "clsx";
import { Check, ChevronsUpDown, X } from "lucide-react";
import { type KeyboardEvent, useMemo } from "react";
import { OPTION, POPUP } from "./popup-class";
import type { Option } from "./select";

type Shared = {
  options: readonly Option[];
  placeholder?: string;
  empty?: string;
  name?: string;
  disabled?: boolean;
  className?: string;
  "aria-label"?: string;
};

/**
 * One of many options, found by typing; clearing it gives null. With `onSearch`, which is told what was typed, the
 * options are those that somebody else found.
 */
export function Combobox({
  options,
  value,
  defaultValue,
  onChange,
  onSearch,
  clearable = true,
  placeholder = "Any",
  empty = "Nothing matches.",
  name,
  disabled,
  className,
  "aria-label": label,
}: Shared & {
  value?: string | null;
  defaultValue?: string | null;
  onChange?: (value: string | null) => void;
  onSearch?: (text: string) => void;
  /** Off where none at all is no choice. */
  clearable?: boolean;
}) {
  const find = useFinder(options);
  const { contains } = Base.useFilter();
  return (
    <Base.Root
      items={options}
      filter={(option, query) => contains(`${option.label} ${option.also ?? ""}`, query)}
      value={value === undefined ? undefined : find(value)}
      defaultValue={defaultValue === undefined ? undefined : find(defaultValue)}
      onValueChange={(option) => onChange?.(option?.value ?? null)}
      {...(onSearch && {
        filter: null,
        onInputValueChange: (text: string, { reason }: { reason: string }) => {
          if (reason === "input-change" || reason === "input-clear") onSearch(text);
        },
      })}
      isItemEqualToValue={sameOption}
      name={name}
      disabled={disabled}
    >
      <Base.InputGroup className={clsx("control-box flex items-center text-sm by-default:w-full", className)}>
        <Base.Input
          aria-label={label}
          placeholder={placeholder}
          onKeyDown={keepChoice}
          className="h-full min-w-0 grow bg-transparent py-1 pl-2.5 outline-none"
        />
        {clearable && (
          <Base.Clear
            aria-label="Clear"
            className="grid size-6 place-items-center rounded-sm text-fg-3 hover:text-fg"
          >
            <X aria-hidden className="size-3.5" />
          </Base.Clear>
        )}
        <Base.Trigger aria-label="Show options" className="grid size-7 place-items-center text-fg-3">
          <ChevronsUpDown aria-hidden className="size-3.5" />
        </Base.Trigger>
      </Base.InputGroup>
      <OptionList empty={empty} />
    </Base.Root>
  );
}

/** Any number of options, found by typing, shown as chips. */
export function MultiCombobox({
  options,
  value,
  defaultValue,
  onChange,
  placeholder = "Choose",
  empty = "Nothing matches.",
  name,
  disabled,
  className,
  "aria-label": label,
}: Shared & {
  value?: readonly string[];
  defaultValue?: readonly string[];
  onChange?: (value: string[]) => void;
}) {
  const find = useFinder(options);
  const findAll = (of: readonly string[] | undefined) =>
    of?.map(find).filter((option): option is Option => option !== null);
  return (
    <Base.Root
      multiple
      items={options}
      value={findAll(value)}
      defaultValue={findAll(defaultValue)}
      onValueChange={(chosen) => onChange?.(chosen.map((option) => option.value))}
      isItemEqualToValue={sameOption}
      name={name}
      disabled={disabled}
    >
      <Base.InputGroup className={clsx("control-box p-[3px] text-sm by-default:w-full", className)}>
        <Base.Chips className="flex flex-wrap items-center gap-1">
          <Base.Value>
            {(chosen: Option[]) => (
              <>
                {chosen.map((option) => (
                  <Base.Chip
                    key={option.value}
                    className="flex h-6 max-w-full items-center gap-1 rounded-sm bg-sunken pl-2 text-xs outline-none data-[highlighted]:bg-accent-soft"
                  >
                    <span className="truncate">{option.label}</span>
                    <Base.ChipRemove
                      aria-label={`Remove ${option.label}`}
                      className="grid size-6 place-items-center rounded-sm text-fg-3 hover:text-fg"
                    >
                      <X aria-hidden className="size-3" />
                    </Base.ChipRemove>
                  </Base.Chip>
                ))}
                <Base.Input
                  aria-label={label}
                  onKeyDown={keepChoice}
                  placeholder={chosen.length === 0 ? placeholder : undefined}
                  className="h-6 w-8 min-w-8 grow bg-transparent px-1.5 outline-none"
                />
              </>
            )}
          </Base.Value>
        </Base.Chips>
      </Base.InputGroup>
      <OptionList empty={empty} />
    </Base.Root>
  );
}

function OptionList({ empty }: { empty: string }) {
  return (
    <Base.Portal>
      <Base.Positioner sideOffset={4} className="z-50">
        <Base.Popup className={clsx(POPUP, "w-(--anchor-width) min-w-48 overflow-hidden p-0")}>
          <Base.Empty className="px-3 text-fg-3 not-empty:py-2.5">{empty}</Base.Empty>
          <Base.List className="max-h-[min(18rem,var(--available-height))] overflow-y-auto overscroll-contain p-1 outline-none empty:p-0">
            {(option: Option) => (
              <Base.Item key={option.value} value={option} disabled={option.disabled} className={OPTION}>
                <Base.ItemIndicator keepMounted className="invisible data-[selected]:visible">
                  <Check aria-hidden className="size-3.5 text-accent-text" />
                </Base.ItemIndicator>
                <span className="col-start-2 flex min-w-0 items-center gap-2">
                  {option.icon}
                  <span className="min-w-0">
                    <span className="block truncate">{option.label}</span>
                    {option.hint && <span className="block truncate text-fg-3 text-xs">{option.hint}</span>}
                  </span>
                </span>
              </Base.Item>
            )}
          </Base.List>
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  );
}

function useFinder(options: readonly Option[]): (value: string | null) => Option | null {
  const byValue = useMemo(() => new Map(options.map((option) => [option.value, option])), [options]);
  return (value) => (value === null ? null : (byValue.get(value) ?? null));
}

/** Escape closes the list. Where none is open it must not empty the field, but may close the dialog around it. */
function keepChoice(event: KeyboardEvent<HTMLInputElement> & { preventBaseUIHandler(): void }): void {
  const isOpen = event.currentTarget.getAttribute("aria-expanded") === "true";
  if (event.key === "Escape" && !isOpen) event.preventBaseUIHandler();
}

function sameOption(a: Option, b: Option): boolean {
  return a.value === b.value;
}
