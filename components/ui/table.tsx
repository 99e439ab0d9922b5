import { clsx } from "clsx";
import type { ComponentProps, Ref } from "react";

/**
 * A dense table that scrolls inside its card; `className` is the scrolling box, such as its greatest height. `caption`
 * names it for screen readers. Lists fit a phone; one that cannot, such as a log of calls, is `wide`.
 */
export function Table({
  caption,
  className,
  boxRef,
  wide = false,
  children,
  ...props
}: ComponentProps<"table"> & { caption: string; boxRef?: Ref<HTMLElement>; wide?: boolean }) {
  return (
    <section
      ref={boxRef}
      aria-label={caption}
      data-wide={wide || undefined}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      className={clsx("relative overflow-auto focus-visible:-outline-offset-2", className)}
    >
      <table className="w-full border-collapse text-sm" {...props}>
        <caption className="sr-only">{caption}</caption>
        {children}
      </table>
    </section>
  );
}

export function TableHead({
  sticky = false,
  className,
  ...props
}: ComponentProps<"thead"> & { sticky?: boolean }) {
  return (
    <thead
      className={clsx(
        sticky && "sticky top-0 z-10 shadow-[0_1px_0_var(--line)] by-default:bg-surface",
        className,
      )}
      {...props}
    />
  );
}

export function TableBody(props: ComponentProps<"tbody">) {
  return <tbody {...props} />;
}

/** A row; one with a link in it lights up under the pointer. */
export function Row({ className, ...props }: ComponentProps<"tr">) {
  return <tr className={clsx("border-b last:border-b-0 has-[a]:hover:bg-hover/60", className)} {...props} />;
}

export function Th({ numeric = false, className, ...props }: ComponentProps<"th"> & { numeric?: boolean }) {
  return (
    <th
      scope="col"
      className={clsx(
        "whitespace-nowrap border-b px-3 pt-2.5 pb-2 font-medium text-xs first:pl-4 last:pr-4 by-default:text-left by-default:text-fg-3",
        numeric && "text-right",
        className,
      )}
      {...props}
    />
  );
}

export function Td({ numeric = false, className, ...props }: ComponentProps<"td"> & { numeric?: boolean }) {
  return (
    <td
      className={clsx(
        "px-3 first:pl-4 last:pr-4 by-default:whitespace-nowrap by-default:py-2 by-default:align-middle",
        numeric && "text-right",
        className,
      )}
      {...props}
    />
  );
}
