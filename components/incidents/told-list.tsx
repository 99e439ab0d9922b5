import { AttemptList } from "@/components/deliveries/attempt-list";
import { lastWords, notificationWords } from "@/components/deliveries/words";
import { DeliveryStateBadge } from "@/components/state/delivery-badge";
import { RelativeTime } from "@/components/ui/relative-time";
import { TextLink } from "@/components/ui/text-link";
import type { DeliveryDto } from "@/lib/features/deliveries/schemas";

/** Who was told of an incident: every message to every channel, with its attempts on demand. */
export function ToldList({ deliveries }: { deliveries: readonly DeliveryDto[] }) {
  return (
    <ul className="divide-y">
      {deliveries.map((delivery) => (
        <li key={delivery.id} className="px-4 py-2.5">
          <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="foreign-text mr-auto min-w-0">
              <TextLink href={`/deliveries/${delivery.id}`} className="font-medium text-fg">
                {notificationWords(delivery.kind)}
              </TextLink>{" "}
              <span className="text-fg-2">to {delivery.channel_name}</span>
            </span>
            <RelativeTime at={Date.parse(delivery.created_at)} className="text-fg-3 text-xs" />
            <DeliveryStateBadge state={delivery.state} />
          </p>
          {delivery.attempts.length === 0 ? (
            <p className="foreign-text text-fg-2 text-xs">{lastWords(delivery)}</p>
          ) : (
            <details className="group mt-0.5">
              <summary className="foreign-text w-fit max-w-full list-none rounded-xs text-fg-2 text-xs">
                <span className="text-accent-text">
                  {delivery.attempts.length === 1 ? "1 attempt" : `${delivery.attempts.length} attempts`}
                </span>
                <span className="group-open:hidden"> · {lastWords(delivery)}</span>
              </summary>
              <div className="mt-2 mb-1">
                <AttemptList attempts={delivery.attempts} />
              </div>
            </details>
          )}
        </li>
      ))}
    </ul>
  );
}
