import { TriangleAlert } from "lucide-react";
import { TextLink } from "@/components/ui/text-link";
import type { RuleWarningDto } from "@/lib/features/rules/schemas";

/** What should be known of a rule. Renders nothing when there is nothing. */
export function WarningList({ warnings }: { warnings: readonly RuleWarningDto[] }) {
  if (warnings.length === 0) return null;
  return (
    <ul className="flex flex-col gap-2 rounded-lg border border-risk/35 bg-risk/8 px-3 py-2.5 text-sm">
      {warnings.map(({ code, message, rule }) => (
        <li key={`${code} ${message}`} className="flex gap-2.5">
          <TriangleAlert aria-hidden className="mt-0.5 size-[15px] shrink-0 text-risk-text" />
          <span className="foreign-text min-w-0 text-fg-2">
            {message}{" "}
            {rule !== null && (
              <TextLink href={`/rules/${rule}`} className="whitespace-nowrap underline">
                Open it
              </TextLink>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
