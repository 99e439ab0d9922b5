import { ChevronRight } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";

/** The top of a page: where one is, its title, and what can be done. */
export function PageHeader({
  title,
  parent,
  badge,
  description,
  actions,
}: {
  title: ReactNode;
  parent?: { label: string; href: string };
  badge?: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <header className="mb-4 flex flex-wrap items-center gap-x-3 gap-y-2">
      {/* What describes a thing wraps, rather than pushing the buttons to another place for each thing. */}
      <div className="mr-auto min-w-0 sm:grow sm:basis-56">
        {parent && (
          <nav aria-label="Breadcrumb" className="mb-0.5 flex items-center gap-1 text-fg-3 text-xs">
            <Link href={parent.href} className="rounded-xs hover:text-fg">
              {parent.label}
            </Link>
            <ChevronRight aria-hidden className="size-3" />
          </nav>
        )}
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="foreign-text font-semibold text-xl tracking-[-0.015em]">{title}</h1>
          {badge}
        </div>
        {description && <div className="mt-0.5 max-w-2xl text-fg-2">{description}</div>}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-x-3 gap-y-2 max-sm:w-full">{actions}</div>}
    </header>
  );
}
