import { clsx } from "clsx";
import Link from "next/link";
import { channelKind } from "@/components/channels/kinds";
import { notificationWords } from "@/components/deliveries/words";
import { RelativeTime } from "@/components/ui/relative-time";
import type { DeliveryDto } from "@/lib/features/deliveries/schemas";

/** The kept messages, newest first, each a link to itself in the reading pane. */
export function MessageList({
  deliveries,
  current,
  cursor,
}: {
  deliveries: readonly DeliveryDto[];
  current: string | null;
  cursor: string | undefined;
}) {
  return (
    <ul className="divide-y">
      {deliveries.map((delivery) => {
        const { icon: Icon, label } = channelKind(delivery.channel_kind);
        const rendered = delivery.attempts.findLast((attempt) => attempt.rendered !== null)?.rendered;
        const query = new URLSearchParams({ id: delivery.id, ...(cursor === undefined ? {} : { cursor }) });
        return (
          <li key={delivery.id}>
            <Link
              href={`/mailbox?${query}`}
              scroll={false}
              prefetch={false}
              aria-current={delivery.id === current ? "true" : undefined}
              className={clsx(
                "grid grid-cols-[16px_minmax(0,1fr)_auto] gap-x-2.5 px-4 py-2.5 focus-visible:-outline-offset-2",
                delivery.id === current ? "bg-accent-soft" : "hover:bg-hover/60",
              )}
            >
              <Icon aria-hidden className="mt-0.5 size-[15px] text-fg-3" />
              <span className="foreign-text truncate font-medium">
                <span className="sr-only">{label}: </span>
                {rendered?.subject ?? rendered?.text ?? notificationWords(delivery.kind)}
              </span>
              <RelativeTime at={Date.parse(delivery.created_at)} className="text-fg-3 text-xs" />
              <span className="foreign-text col-span-2 col-start-2 truncate text-fg-2 text-xs">
                {delivery.channel_name} · {rendered?.to.join(", ")}
              </span>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
