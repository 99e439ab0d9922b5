"use client";

import { Select as Base } from "@base-ui/react/select";
import { clsx } from "clsx";
import { Check, ChevronsUpDown } from "lucide-react";
import type { ReactNode } from "react";
import { OPTION, POPUP } from "./popup-class";

export type Option<Value extends string = string> = {
  value: Value;
  label: string;
  hint?: string;
  /** More words that it is found by. */
  also?: string;
  icon?: ReactNode;
  disabled?: boolean;
};

/** One of a few options. Inside a Field it takes its name from there. `onChange` gets the chosen value. */
export function Select<Value extends string = string>({
  options,
  value,
  defaultValue,
  onChange,
  placeholder = "Choose",
  name,
  disabled,
  required,
  className,
  "aria-label": label,
}: {
  options: readonly Option<Value>[];
  value?: Value | null;
  defaultValue?: Value | undefined;
  onChange?: (value: Value) => void;
  placeholder?: string;
  name?: string;
  disabled?: boolean;
  required?: boolean;
  className?: string;
  "aria-label"?: string;
}) {
  return (
    <Base.Root
      items={options.map(({ value: of, label: text }) => ({ value: of, label: text }))}
      value={value}
      defaultValue={defaultValue}
      onValueChange={(next) => {
        if (next !== null) onChange?.(next);
      }}
      name={name}
      disabled={disabled}
      required={required}
    >
      <Base.Trigger
        aria-label={label}
        className={clsx(
          "control-box flex items-center justify-between gap-2 px-2.5 py-1 text-left text-sm by-default:w-full",
          className,
        )}
      >
        <Base.Value placeholder={<span className="text-fg-3">{placeholder}</span>} className="truncate" />
        <Base.Icon>
          <ChevronsUpDown aria-hidden className="size-3.5 text-fg-3" />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-50">
          <Base.Popup
            className={clsx(POPUP, "max-h-[min(20rem,var(--available-height))] min-w-(--anchor-width)")}
          >
            {options.map((option) => (
              <Base.Item
                key={option.value}
                value={option.value}
                disabled={option.disabled}
                className={OPTION}
              >
                <Base.ItemIndicator keepMounted className="invisible data-[selected]:visible">
                  <Check aria-hidden className="size-3.5 text-accent-text" />
                </Base.ItemIndicator>
                <span className="col-start-2 flex min-w-0 items-center gap-2">
                  {option.icon}
                  <span className="min-w-0">
                    <Base.ItemText className="block truncate">{option.label}</Base.ItemText>
                    {option.hint && <span className="block text-fg-3 text-xs">{option.hint}</span>}
                  </span>
                </span>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
