"use client";

import { Field as Base } from "@base-ui/react/field";
import { Fieldset } from "@base-ui/react/fieldset";
import { clsx } from "clsx";
import { createContext, type ReactNode, useContext, useEffect } from "react";

/** What a form tells its Fields, and they it: the errors by name, and what each Field is called. */
type FormContext = { errors: ReadonlyMap<string, string>; labels: Map<string, ReactNode> };

const Context = createContext<FormContext>({ errors: new Map(), labels: new Map() });

export const FormFields = Context.Provider;

/**
 * A labelled control. The control inside (Input, Select, Switch …) is wired to label, hint and error by itself.
 * `error` is shown as given; without it, the surrounding Form's error of the same `name` is.
 */
export function Field({
  label,
  name,
  hint,
  error,
  optional = false,
  hideLabel = false,
  className,
  children,
}: {
  label: ReactNode;
  name?: string;
  hint?: ReactNode;
  error?: string | undefined;
  optional?: boolean;
  hideLabel?: boolean;
  className?: string;
  children: ReactNode;
}) {
  const { errors, labels } = useContext(Context);
  useEffect(() => {
    if (name !== undefined) labels.set(name, label);
  }, [labels, name, label]);
  const shown = error ?? (name === undefined ? undefined : errors.get(name));
  return (
    <Base.Root
      name={name}
      invalid={shown ? true : undefined}
      className={clsx("flex flex-col gap-1.5 by-default:min-w-0", className)}
    >
      <Base.Label className={clsx("w-fit font-medium text-fg text-sm", hideLabel && "sr-only")}>
        {label}
        {optional && <span className="ml-1.5 font-normal text-fg-3 text-xs">optional</span>}
      </Base.Label>
      {children}
      {hint && <Base.Description className="text-fg-3 text-xs">{hint}</Base.Description>}
      {shown && (
        <Base.Error match className="text-exhausted-text text-xs first-letter:uppercase">
          {shown}
        </Base.Error>
      )}
    </Base.Root>
  );
}

/** A group of controls under one legend. */
export function FieldGroup({
  legend,
  hint,
  className,
  children,
}: {
  legend: ReactNode;
  hint?: ReactNode;
  className?: string;
  children: ReactNode;
}) {
  return (
    <Fieldset.Root className={clsx("flex min-w-0 flex-col gap-4", className)}>
      <div>
        <Fieldset.Legend className="font-semibold text-base text-fg">{legend}</Fieldset.Legend>
        {hint && <p className="mt-0.5 text-fg-3 text-xs">{hint}</p>}
      </div>
      {children}
    </Fieldset.Root>
  );
}
