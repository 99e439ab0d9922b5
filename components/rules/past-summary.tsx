"use client";

import { Instant } from "@/components/ui/relative-time";
import { OUTCOME_LOOK } from "@/lib/domain/charts/series-look";
import { SECOND } from "@/lib/domain/usage/duration";
import type { RulePreviewDto } from "@/lib/features/rules/schemas";
import { formatMs, formatNumber } from "@/lib/format";

const MOST = 6;

/** What the rule would have done: how often, for what, how loud, and how long before it mattered. */
export function PastSummary({ preview: { past } }: { preview: RulePreviewDto }) {
  const warned = past.exhaustions.filter(({ lead_s }) => lead_s !== null);
  return (
    <section className="flex min-w-0 flex-col gap-4" aria-label="It would have">
      <div>
        <h3 className="font-semibold">It would have</h3>
        <p className="text-fg-2">{firedWords(past)}</p>
        {past.fired.length > 0 && (
          <ul className="mt-2 divide-y">
            {past.fired.slice(0, MOST).map(({ scope_key, name, incidents, first_at }) => (
              <li key={scope_key} className="flex items-baseline gap-2 py-1.5">
                <span className="foreign-text min-w-0 grow truncate">{name}</span>
                <span className="shrink-0 text-fg-3 text-xs">
                  first <Instant at={first_at} />
                </span>
                <span className="shrink-0 tabular-nums">{formatNumber(incidents)} ×</span>
              </li>
            ))}
            {past.fired_count > MOST && (
              <li className="py-1.5 text-fg-3 text-xs">and {formatNumber(past.fired_count - MOST)} more</li>
            )}
          </ul>
        )}
      </div>
      {past.exhaustions.length > 0 && (
        <div>
          <h3 className="font-semibold">Ahead of trouble</h3>
          <p className="text-fg-3 text-xs">
            Keys were refused {formatNumber(past.exhaustions.length)}{" "}
            {past.exhaustions.length === 1 ? "time" : "times"} for their rate or quota; it had warned before{" "}
            {formatNumber(warned.length)}.
          </p>
          <ul className="mt-2 divide-y">
            {past.exhaustions.slice(-MOST).map(({ key, name, outcome, at, lead_s }) => (
              <li key={`${key} ${outcome} ${at}`} className="py-1.5">
                <p className="flex items-baseline justify-between gap-x-2">
                  <span className="foreign-text min-w-0 truncate">{name}</span>
                  <span className="shrink-0 tabular-nums">
                    {lead_s === null ? "no warning" : `${formatMs(lead_s * SECOND)} before`}
                  </span>
                </p>
                <p className="text-fg-3 text-xs">
                  {OUTCOME_LOOK[outcome].label} <Instant at={at} />
                </p>
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

function firedWords({ incidents, messages_per_week }: RulePreviewDto["past"]): string {
  if (incidents === 0) return "stayed quiet.";
  const times = incidents === 1 ? "once" : `${formatNumber(incidents)} times`;
  const rate = messages_per_week < 1 ? "less than one message" : messagesWords(Math.round(messages_per_week));
  return `fired ${times}: ${rate} a week to each channel.`;
}

const messagesWords = (count: number) => (count === 1 ? "one message" : `${formatNumber(count)} messages`);
