import Link from "next/link";
import { TEMPLATES } from "@/components/rules/templates";

/** Links to rules that are filled in already. */
export function TemplateLinks() {
  return (
    <ul className="grid gap-2 text-left sm:grid-cols-2 lg:grid-cols-3">
      {TEMPLATES.map(({ slug, title, hint }) => (
        <li key={slug}>
          <Link
            href={`/rules/new?template=${slug}`}
            className="block h-full rounded-lg border px-3 py-2.5 hover:bg-hover/60"
          >
            <span className="block font-medium">{title}</span>
            <span className="block text-fg-3 text-xs">{hint}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** The same in a line above the form: another one starts the form anew. */
export function TemplateChips({ current }: { current: string | undefined }) {
  return (
    <nav aria-label="Start from" className="mb-3 flex flex-wrap items-center gap-1.5">
      <span className="mr-1 text-fg-3 text-xs">Start from</span>
      {TEMPLATES.map(({ slug, title, hint }) => (
        <Link
          key={slug}
          href={`/rules/new?template=${slug}`}
          title={hint}
          aria-current={slug === current ? "true" : undefined}
          className="rounded-full border bg-surface px-3 py-1 text-sm hover:bg-hover/60 aria-[current]:border-accent aria-[current]:bg-accent-soft pointer-coarse:py-2"
        >
          {title}
        </Link>
      ))}
    </nav>
  );
}
