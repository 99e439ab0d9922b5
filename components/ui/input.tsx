"use client";

import { Input as Base } from "@base-ui/react/input";
import { clsx } from "clsx";
import type { ComponentProps, ReactNode } from "react";

type InputProps = Omit<ComponentProps<typeof Base>, "className" | "render"> & {
  className?: string;
  mono?: boolean;
};

/** A line of text. */
export function Input({ className, mono = false, ...props }: InputProps) {
  return (
    <Base
      className={clsx(
        "control-box px-2.5 py-1 by-default:w-full",
        mono ? "font-mono text-xs" : "text-sm",
        className,
      )}
      {...props}
    />
  );
}

/** A line of text with something fixed before or after it: an icon, "https://", a unit. */
export function InputGroup({
  before,
  after,
  className,
  mono = false,
  ...props
}: InputProps & { before?: ReactNode; after?: ReactNode }) {
  return (
    <span className={clsx("control-box flex items-center gap-2 px-2.5 text-sm by-default:w-full", className)}>
      {before && <span className="shrink-0 text-fg-3 [&_svg]:size-[15px]">{before}</span>}
      <Base
        className={clsx("h-full min-w-0 grow bg-transparent py-1 outline-none", mono && "font-mono text-xs")}
        {...props}
      />
      {after && <span className="shrink-0 text-fg-3 text-xs">{after}</span>}
    </span>
  );
}

/** A number with its unit behind it. The wheel does not change it by accident. */
export function NumberInput({ unit, ...props }: Omit<InputProps, "type"> & { unit?: ReactNode }) {
  return (
    <InputGroup
      type="number"
      inputMode="decimal"
      step="any"
      onWheel={(event) => event.currentTarget.blur()}
      after={unit}
      {...props}
      className={clsx(
        "[&_input]:[appearance:textfield] [&_input::-webkit-inner-spin-button]:appearance-none",
        props.className,
      )}
    />
  );
}

/** Several lines of text. */
export function Textarea({
  className,
  mono = false,
  rows = 4,
  ...props
}: ComponentProps<"textarea"> & { mono?: boolean }) {
  return (
    <Base
      render={<textarea rows={rows} {...props} />}
      className={clsx(
        "control-box resize-y px-2.5 py-1.5 by-default:w-full",
        mono ? "font-mono text-xs" : "text-sm",
        className,
      )}
    />
  );
}
