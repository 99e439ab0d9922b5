import { clsx } from "clsx";
import type { ComponentProps, ReactNode } from "react";

/**
 * A surface that holds one thing. With `title` it gets a heading row; `action` stands at its right end. `busy`: what it
 * shows is about to be replaced, which shows when it takes long.
 */
export function Card({
  title,
  hint,
  action,
  padded = true,
  busy = false,
  className,
  children,
  ...props
}: Omit<ComponentProps<"section">, "title"> & {
  title?: ReactNode;
  hint?: ReactNode;
  action?: ReactNode;
  padded?: boolean;
  busy?: boolean;
}) {
  return (
    <section
      aria-busy={busy || undefined}
      className={clsx(
        "min-w-0 rounded-xl border bg-surface shadow-sm",
        padded && !title && "p-4",
        busy && "opacity-60 transition-opacity delay-200 duration-200",
        className,
      )}
      {...props}
    >
      {title && (
        // The title stands where it does without buttons; what comes below keeps off them.
        <header className="flex min-h-9 items-baseline gap-x-2 px-4 pt-3 has-[button]:pb-1.5">
          <h2 className="min-w-0 font-semibold text-sm">{title}</h2>
          {hint && <span className="min-w-0 grow basis-0 truncate text-fg-3 text-xs">{hint}</span>}
          {action && <span className="-my-1 ml-auto shrink-0">{action}</span>}
        </header>
      )}
      {title && padded ? <div className="px-4 pb-4">{children}</div> : children}
    </section>
  );
}
