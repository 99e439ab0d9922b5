"use client";

import { clsx } from "clsx";
import { CircleX } from "lucide-react";
import {
  type ComponentProps,
  type ReactNode,
  startTransition,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { FormFields } from "./field";

export type FormIssue = { path: string; message: string };

/**
 * A form whose errors come back from the server: each issue goes to the Field whose `name` is its path, and all of
 * them, by their Fields' labels, or `message`, stand in the summary on top. The first field at fault gets the focus. What was typed stays when
 * the action answers.
 */
export function Form({
  action,
  issues = NONE,
  message,
  className,
  children,
  ...props
}: Omit<ComponentProps<"form">, "action" | "onSubmit" | "onInput" | "ref"> & {
  action: (data: FormData) => void;
  issues?: readonly FormIssue[] | undefined;
  message?: string | null | undefined;
}) {
  const form = useRef<HTMLFormElement>(null);
  const [changed, setChanged] = useState<{ of: readonly FormIssue[]; names: readonly string[] }>({
    of: NONE,
    names: [],
  });
  const errors = useMemo(() => {
    const names = changed.of === issues ? changed.names : [];
    return new Map(
      issues.filter(({ path }) => !names.includes(path)).map(({ path, message: of }) => [path, of]),
    );
  }, [issues, changed]);
  const [labels] = useState(() => new Map<string, ReactNode>());
  const fields = useMemo(() => ({ errors, labels }), [errors, labels]);
  useEffect(() => {
    if (issues.length > 0) form.current?.querySelector<HTMLElement>(FIRST_INVALID)?.focus();
  }, [issues]);
  return (
    <form
      ref={form}
      noValidate
      action={action}
      // React empties a form after its action; submitting by hand keeps what was typed.
      onSubmit={(event) => {
        event.preventDefault();
        const { submitter } = event.nativeEvent as SubmitEvent;
        const data = new FormData(event.currentTarget, submitter);
        startTransition(() => action(data));
      }}
      onInput={({ target }) => {
        const name =
          target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement ? target.name : "";
        if (!errors.has(name)) return;
        setChanged({ of: issues, names: [...(changed.of === issues ? changed.names : []), name] });
      }}
      className={clsx("flex-col by-default:flex by-default:gap-5", className)}
      {...props}
    >
      <FormErrorSummary issues={issues} message={message} labels={labels} />
      <FormFields value={fields}>{children}</FormFields>
    </form>
  );
}

const NONE: readonly FormIssue[] = [];
const FIRST_INVALID = ":is(input:not([aria-hidden]), textarea, button)[data-invalid]";

/** What is wrong with a form, announced when it appears. Renders nothing without issues and message. */
function FormErrorSummary({
  issues,
  message,
  labels,
}: {
  issues: readonly FormIssue[];
  message?: string | null | undefined;
  labels: ReadonlyMap<string, ReactNode>;
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
                {labels.has(issue.path) ? (
                  <>
                    <b className="font-medium text-fg">{labels.get(issue.path)}</b>: {issue.message}
                  </>
                ) : (
                  <span className="inline-block first-letter:uppercase">{issue.message}</span>
                )}
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
  return <div className={clsx("flex flex-wrap items-center gap-2 by-default:pt-1", className)} {...props} />;
}
