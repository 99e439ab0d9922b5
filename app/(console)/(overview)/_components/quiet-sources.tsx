import { RadioTower } from "lucide-react";
import Link from "next/link";
import { sourceActivity } from "@/components/sources/source-activity";
import { RelativeTime } from "@/components/ui/relative-time";
import { useNow } from "@/components/ui/viewer";
import { MINUTE } from "@/lib/domain/usage/duration";
import type { SourcePulse } from "@/lib/features/overview/schemas";

/** Sources that sent before and have gone quiet: what their keys do is not known. Takes no room while all send. */
export function QuietSources({ sources }: { sources: readonly SourcePulse[] }) {
  const now = useNow(MINUTE);
  const quiet = sources.filter(({ last_event_at }) => sourceActivity(last_event_at, now) === "quiet");
  if (quiet.length === 0) return null;
  return (
    <section
      aria-label="Sources that went quiet"
      className="flex flex-wrap items-center gap-x-4 gap-y-1 rounded-xl border bg-surface px-4 py-2.5 text-fg-2 shadow-sm"
    >
      <span className="inline-flex items-center gap-2 font-medium text-risk-text">
        <RadioTower aria-hidden className="size-[15px]" />
        {quiet.length === 1 ? "A source went quiet" : `${quiet.length} sources went quiet`}
      </span>
      {quiet.slice(0, 6).map(({ id, name, last_event_at }) => (
        <Link
          key={id}
          href={`/sources/${id}`}
          prefetch={false}
          className="inline-flex max-w-72 gap-1.5 rounded-xs underline-offset-[3px] hover:underline"
        >
          <bdi className="truncate font-medium text-fg">{name}</bdi>
          <RelativeTime at={last_event_at === null ? null : Date.parse(last_event_at)} />
        </Link>
      ))}
    </section>
  );
}
