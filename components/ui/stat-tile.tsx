import { clsx } from "clsx";
import type { ReactNode } from "react";
import type { Quantity } from "@/lib/format";

/** One figure of a page: its name, the number with a small unit, what to compare it with, and a sparkline. */
export function StatTile({
  label,
  quantity,
  detail,
  chart,
  className,
}: {
  label: ReactNode;
  quantity: Quantity;
  detail?: ReactNode;
  chart?: ReactNode;
  className?: string;
}) {
  return (
    <div
      className={clsx(
        "@container relative min-w-0 overflow-hidden rounded-xl border bg-surface px-4 py-3 shadow-sm",
        className,
      )}
    >
      <p className="text-fg-2">{label}</p>
      <p className="my-0.5 whitespace-nowrap font-semibold text-2xl tracking-[-0.02em]">
        {quantity.value}
        {quantity.unit && (
          // Cents stand right behind their dollars.
          <span
            className={clsx(
              "font-medium text-fg-3 text-sm tracking-normal",
              quantity.unit.startsWith(".") || "ml-1",
            )}
          >
            {quantity.unit}
          </span>
        )}
      </p>
      <p className="line-clamp-2 min-h-[1.45em] text-fg-3 text-xs">{detail}</p>
      {chart && (
        <div className="pointer-events-none absolute top-3.5 right-3 h-[34px] w-24 @max-[15rem]:hidden">
          {chart}
        </div>
      )}
    </div>
  );
}
