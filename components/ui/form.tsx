"use client";

import { Form as Base } from "@base-ui/react/form";
import { CircleX } from "lucide-react";
import { type ComponentProps, startTransition, useEffect, useRef } from "react";
import { cn } from "./cn";

export type FormIssue = { path: string; message: string };

/**
 * A form whose errors come back from the server: each issue goes to the Field whose `name` is its path, those that
 * belong to no field and `message` stand in the summary on top. What was typed stays when the action answers.
 */
export function Form({
  action,
  issues = [],
  message,
  className,
  children,
  ...props
}: Omit<ComponentProps<"form">, "action" | "onSubmit" | "ref"> & {
  action: (data: FormData) => void;
  issues?: readonly FormIssue[] | undefined;
  message?: string | null | undefined;
}) {
  return (
    <Base
      action={action}
      // React empties a form after its action; submitting by hand keeps what was typed.
      onSubmit={(event) => {
        event.preventDefault();
        const { submitter } = event.nativeEvent as SubmitEvent;
        const data = new FormData(event.currentTarget, submitter);
        startTransition(() => action(data));
      }}
      errors={Object.fromEntries(issues.map((issue) => [issue.path, issue.message]))}
      className={cn("flex flex-col gap-5", className)}
      {...props}
    >
      <FormErrorSummary issues={issues} message={message} />
      {children}
    </Base>
  );
}

/** What is wrong with a form, announced when it appears. Renders nothing without issues and message. */
export function FormErrorSummary({
  issues,
  message,
}: {
  issues: readonly FormIssue[];
  message?: string | null | undefined;
}) {
  const box = useRef<HTMLDivElement>(null);
  const failed = issues.length > 0 || Boolean(message);
  useEffect(() => {
    if (failed) box.current?.scrollIntoView({ block: "nearest" });
  }, [failed]);
  if (!failed) return null;
  return (
    <div
      ref={box}
      role="alert"
      className="flex gap-2.5 rounded-lg border border-exhausted/35 bg-exhausted/8 px-3 py-2.5 text-sm"
    >
      <CircleX aria-hidden className="mt-0.5 size-[15px] shrink-0 text-exhausted-text" />
      <div className="min-w-0">
        <p className="font-medium">
          {message ??
            (issues.length === 1 ? "One field needs a change" : `${issues.length} fields need a change`)}
        </p>
        {issues.length > 0 && (
          <ul className="mt-1 list-disc space-y-0.5 pl-4 text-fg-2 text-xs">
            {issues.map((issue) => (
              <li key={`${issue.path} ${issue.message}`} className="foreign-text">
                {issue.message}
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}

/** The row of buttons that ends a form. */
export function FormActions({ className, ...props }: ComponentProps<"div">) {
  return <div className={cn("flex flex-wrap items-center gap-2 pt-1", className)} {...props} />;
}
