import { clsx } from "clsx";
import { OUTCOME_LOOK } from "@/lib/domain/charts/series-look";
import type { Outcome } from "@/lib/domain/usage/outcome";

/** How a call ended: a dot in the colour its area has in charts, and the word. */
export function OutcomeLabel({ outcome, className }: { outcome: Outcome; className?: string }) {
  const { label, color } = OUTCOME_LOOK[outcome];
  return (
    <span className={clsx("inline-flex items-center gap-1.5 whitespace-nowrap", className)}>
      <i aria-hidden className="size-2 shrink-0 rounded-[2px]" style={{ background: `var(${color})` }} />
      {label}
    </span>
  );
}
