import { TriangleAlert } from "lucide-react";
import Link from "next/link";
import { RelativeTime } from "@/components/ui/relative-time";
import type { FailingChannel } from "@/lib/features/overview/schemas";

const SHOWN = 6;

/** Channels whose messages do not arrive: alerts may reach nobody. Takes no room while all work. */
export function FailingChannels({ channels }: { channels: readonly FailingChannel[] }) {
  if (channels.length === 0) return null;
  return (
    <section
      role="alert"
      aria-label="Channels that fail"
      className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-1 rounded-xl border border-exhausted/35 bg-exhausted/8 px-4 py-2.5 text-fg-2 shadow-sm"
    >
      <span className="inline-flex items-center gap-2 font-medium text-exhausted-text">
        <TriangleAlert aria-hidden className="size-[15px]" />
        {channels.length === 1
          ? "Alerts of a channel do not arrive"
          : `Alerts of ${channels.length} channels do not arrive`}
      </span>
      {channels.slice(0, SHOWN).map(({ id, name, failing_since, last_error }) => (
        <Link
          key={id}
          href={`/channels/${id}`}
          prefetch={false}
          title={last_error ?? undefined}
          className="inline-flex max-w-72 gap-1.5 rounded-xs underline-offset-[3px] hover:underline"
        >
          <bdi className="truncate font-medium text-fg">{name}</bdi>
          <RelativeTime at={Date.parse(failing_since)} />
        </Link>
      ))}
      {channels.length > SHOWN && (
        <Link href="/channels" className="rounded-xs underline-offset-[3px] hover:underline">
          All channels
        </Link>
      )}
    </section>
  );
}
