import { clsx } from "clsx";
import type { ReactNode } from "react";

/** What stands where there is nothing yet: what would be here, and what to do for it. */
export function EmptyState({
  icon,
  title,
  action,
  page = false,
  className,
  children,
}: {
  icon?: ReactNode;
  title: string;
  action?: ReactNode;
  /** It is all there is on the page, so its title is the page's heading. */
  page?: boolean;
  className?: string;
  children?: ReactNode;
}) {
  const Title = page ? "h1" : "p";
  return (
    <div
      className={clsx(
        "flex flex-col items-center justify-center px-6 text-center by-default:py-10",
        className,
      )}
    >
      {icon && (
        <span className="mb-3 grid size-9 place-items-center rounded-xl border bg-sunken text-fg-3 [&_svg]:size-[18px]">
          {icon}
        </span>
      )}
      <Title className="font-medium text-base text-fg">{title}</Title>
      {children && <div className="mt-1 max-w-md text-balance text-fg-2">{children}</div>}
      {action && <div className="mt-4 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}
