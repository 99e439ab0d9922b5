"use client";

import { Radio } from "@base-ui/react/radio";
import { RadioGroup as Base } from "@base-ui/react/radio-group";
import { clsx } from "clsx";
import type { Option } from "./select";

type Props<Value extends string> = {
  options: readonly Option<Value>[];
  value?: Value;
  defaultValue?: Value | undefined;
  onChange?: (value: Value) => void;
  name?: string;
  disabled?: boolean;
  className?: string;
  "aria-label"?: string;
};

/** One of a few options that all deserve to be seen, each with a hint. */
export function RadioGroup<Value extends string>({ options, onChange, className, ...props }: Props<Value>) {
  return (
    <Base
      className={clsx("flex-col by-default:flex by-default:gap-2.5", className)}
      onValueChange={(value) => onChange?.(value as Value)}
      {...props}
    >
      {options.map((option) => (
        // biome-ignore lint/a11y/noLabelWithoutControl: the control is the radio inside
        <label key={option.value} className="flex w-fit items-start gap-2 text-sm">
          <Radio.Root
            value={option.value}
            disabled={option.disabled}
            className="mt-px grid size-4 shrink-0 place-items-center rounded-full border border-control bg-surface data-[checked]:border-transparent data-[checked]:bg-accent-solid data-[disabled]:opacity-50"
          >
            <Radio.Indicator className="size-1.5 rounded-full bg-on-solid data-[unchecked]:hidden" />
          </Radio.Root>
          <span>
            {option.label}
            {option.hint && <span className="block text-fg-3 text-xs">{option.hint}</span>}
          </span>
        </label>
      ))}
    </Base>
  );
}

/** One of a few short options in a row. */
export function Segmented<Value extends string>({ options, onChange, className, ...props }: Props<Value>) {
  return (
    <Base
      className={clsx(
        "inline-flex w-fit overflow-hidden rounded-lg border border-line-2 bg-surface shadow-sm",
        className,
      )}
      onValueChange={(value) => onChange?.(value as Value)}
      {...props}
    >
      {options.map((option) => (
        <Radio.Root
          key={option.value}
          value={option.value}
          disabled={option.disabled}
          className={SEGMENT}
          render={<button type="button" />}
          nativeButton
        >
          {option.icon}
          {option.label}
        </Radio.Root>
      ))}
    </Base>
  );
}

const SEGMENT =
  "inline-flex h-[30px] items-center gap-1.5 whitespace-nowrap border-line border-r px-2.5 text-fg-2 text-sm last:border-r-0 hover:text-fg focus-visible:-outline-offset-2 data-[checked]:bg-sunken data-[checked]:font-medium data-[checked]:text-fg pointer-coarse:h-10 [&_svg]:size-[15px]";
