import { AttemptList } from "@/components/deliveries/attempt-list";
import { StoredWords } from "@/components/deliveries/stored-words";
import { lastWords, notificationWords } from "@/components/deliveries/words";
import { DeliveryStateBadge } from "@/components/state/delivery-badge";
import { RelativeTime } from "@/components/ui/relative-time";
import { TextLink } from "@/components/ui/text-link";
import type { DeliveryDto } from "@/lib/features/deliveries/schemas";
import type { Moment } from "./moments";

/** Who was told of an incident and who was not, of each change with its reason; attempts on demand. */
export function ToldList({
  moments,
  keyNames,
}: {
  moments: readonly Moment[];
  /** What people call the keys, by id. */
  keyNames: Readonly<Record<string, string>>;
}) {
  return (
    <ul className="divide-y">
      {moments.map((moment) => (
        <li key={moment.id} className="px-4 py-2.5">
          <p className="flex flex-wrap items-baseline gap-x-3">
            <span className="foreign-text mr-auto min-w-0 font-medium" title={moment.id}>
              {moment.title}
              {moment.key !== null && keyNames[moment.key] !== undefined && (
                <span className="font-normal text-fg-2"> · {keyNames[moment.key]}</span>
              )}
            </span>
            <RelativeTime at={moment.at} className="text-fg-3 text-xs" />
          </p>
          {moment.quiet !== null && moment.deliveries.length === 0 && (
            <p className="text-fg-2 text-xs">Nobody told: {lower(moment.quiet)}</p>
          )}
          {moment.deliveries.length > 0 && (
            <ul className="mt-1.5 flex flex-col gap-1.5">
              {moment.deliveries.map((delivery) => (
                <Told key={delivery.id} delivery={delivery} />
              ))}
            </ul>
          )}
        </li>
      ))}
    </ul>
  );
}

function Told({ delivery }: { delivery: DeliveryDto }) {
  const { attempts } = delivery;
  return (
    <li className="rounded-md bg-sunken/60 px-2.5 py-1.5">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="foreign-text mr-auto min-w-0 text-fg-2 text-xs">
          <TextLink href={`/deliveries/${delivery.id}`} className="text-fg underline">
            {delivery.channel_name}
          </TextLink>{" "}
          · {notificationWords(delivery.kind)}
        </span>
        <DeliveryStateBadge state={delivery.state} />
      </p>
      {attempts.length === 0 ? (
        <p className="foreign-text text-fg-2 text-xs">
          <StoredWords text={lastWords(delivery) ?? ""} />
        </p>
      ) : (
        <details className="group">
          <summary className="foreign-text w-fit max-w-full list-none rounded-xs text-fg-2 text-xs">
            <span className="text-accent-text">
              {attempts.length === 1 ? "1 attempt" : `${attempts.length} attempts`}
            </span>
            <span className="group-open:hidden">
              {" · "}
              <StoredWords text={lastWords(delivery) ?? ""} />
            </span>
          </summary>
          <div className="mt-2 mb-1">
            <AttemptList attempts={attempts} />
          </div>
        </details>
      )}
    </li>
  );
}

const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
