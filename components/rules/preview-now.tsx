import { SeverityBadge } from "@/components/state/alert-badge";
import type { RuleInput } from "@/lib/domain/alerting/rule";
import type { RulePreviewDto } from "@/lib/features/rules/schemas";
import { formatMetric, formatNumber } from "@/lib/format";

/** What is watched now, the closest to firing first. */
export function PreviewNow({ preview, rule }: { preview: RulePreviewDto; rule: RuleInput | null }) {
  const { watched, over, closest } = preview.now;
  return (
    <section className="min-w-0" aria-label="Right now">
      <h3 className="font-semibold">Right now</h3>
      <p className="text-fg-3 text-xs">{nowWords(watched, over.warning + over.critical)}</p>
      <ul className="mt-2 divide-y">
        {closest.map(({ scope_key, name, value, severity }) => (
          <li key={scope_key} className="flex items-center gap-2 py-1.5">
            <span className="foreign-text min-w-0 grow truncate">{name}</span>
            {severity !== null && <SeverityBadge severity={severity} />}
            <span className="shrink-0 whitespace-nowrap tabular-nums">
              {rule === null ? "" : formatMetric(rule.metric, value)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function nowWords(watched: number, over: number): string {
  if (watched === 0) return "It watches nothing yet.";
  const of = `of ${formatNumber(watched)} watched`;
  return over === 0 ? `None ${of} is over a threshold.` : `${formatNumber(over)} ${of} would fire.`;
}
