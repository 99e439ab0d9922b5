import Link from "next/link";
import { TEMPLATES } from "@/components/rules/templates";

/** Links to rules that are filled in already. */
export function TemplateLinks() {
  return (
    <ul className="grid gap-2 text-left sm:grid-cols-2 lg:grid-cols-4">
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
