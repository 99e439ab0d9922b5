import { clsx } from "clsx";
import type { ReactNode } from "react";

/** Names and values of one thing. */
export function DescriptionList({
  items,
  className,
}: {
  items: readonly { term: ReactNode; value: ReactNode }[];
  className?: string;
}) {
  return (
    <dl className={clsx("grid grid-cols-[minmax(6rem,auto)_1fr] gap-x-5 gap-y-2 text-sm", className)}>
      {items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the list does not change its order
        <div key={index} className="contents">
          <dt className="text-fg-3">{item.term}</dt>
          <dd className="foreign-text min-w-0">{item.value}</dd>
        </div>
      ))}
    </dl>
  );
}
