import { clsx } from "clsx";
import { Bell, BellRing, CircleCheck, CircleDot, CircleX, Mail, UserRound } from "lucide-react";
import type { ReactNode } from "react";
import { StoredWords } from "@/components/deliveries/stored-words";
import { RelativeTime } from "@/components/ui/relative-time";
import { TextLink } from "@/components/ui/text-link";
import type { MetricName } from "@/lib/domain/usage/metric";
import type { TimelineEntry } from "@/lib/features/incidents/schemas";
import { type TimelineTone, timelineWords } from "./timeline-words";

const LOOKS: Record<TimelineTone, { icon: typeof Bell; className: string }> = {
  alarm: { icon: BellRing, className: "border-exhausted/40 bg-exhausted/8 text-exhausted-text" },
  warning: { icon: Bell, className: "border-risk/40 bg-risk/8 text-risk-text" },
  good: { icon: CircleCheck, className: "border-ok/40 bg-ok/8 text-ok-text" },
  person: { icon: UserRound, className: "border-accent/40 bg-accent/8 text-accent-text" },
  message: { icon: Mail, className: "bg-sunken text-fg-2" },
  trouble: { icon: CircleX, className: "border-throttled/40 bg-throttled/8 text-throttled-text" },
  neutral: { icon: CircleDot, className: "bg-sunken text-fg-3" },
};

/** Everything that happened to an incident, the latest first. */
export function Timeline({
  entries,
  metric,
  keyNames,
  action,
}: {
  entries: readonly TimelineEntry[];
  metric: MetricName;
  /** What people call the keys that share the incident, by id. */
  keyNames: Readonly<Record<string, string>>;
  /** What can be done with an entry. */
  action?: (entry: TimelineEntry) => ReactNode;
}) {
  return (
    <ol className="flex flex-col">
      {entries.toReversed().map((entry) => {
        const { title, detail, tone, href } = timelineWords(entry, metric);
        const { icon: Icon, className } = LOOKS[tone];
        return (
          <li key={entry.id} className="group flex gap-3">
            <span aria-hidden className="flex flex-col items-center">
              <span
                className={clsx("grid size-6 shrink-0 place-items-center rounded-full border", className)}
              >
                <Icon className="size-3.5" />
              </span>
              <span className="w-px grow bg-line-2 group-last:hidden" />
            </span>
            <div className="min-w-0 grow pb-4 group-last:pb-0">
              <p className="flex flex-wrap items-baseline justify-between gap-x-3 pt-0.5">
                {href === null ? (
                  <span className="foreign-text font-medium">{title}</span>
                ) : (
                  <TextLink href={href} className="foreign-text font-medium text-fg">
                    {title}
                  </TextLink>
                )}
                <RelativeTime at={Date.parse(entry.at)} className="text-fg-3 text-xs" />
              </p>
              {typeof entry.key === "string" && keyNames[entry.key] !== undefined && (
                <p className="foreign-text text-fg-2 text-xs">{keyNames[entry.key]}</p>
              )}
              {detail !== null && (
                <p className="foreign-text whitespace-pre-line text-fg-2 text-xs">
                  {entry.kind === "not_sent" ? <StoredWords text={detail} /> : detail}
                </p>
              )}
              {action?.(entry)}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
