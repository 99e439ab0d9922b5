import { clsx } from "clsx";
import Link from "next/link";
import type { ReactNode } from "react";
import { TONE_TEXT } from "@/components/ui/badge";
import type { KeyState } from "@/lib/domain/usage/state";
import { formatNumber } from "@/lib/format";
import { STATE_LOOK, STATE_ORDER } from "./state-badge";

/** Every key in one bar, by state, with the counts below; each state links to `href(state)`. `children` stand beside them. */
export function FleetBar({
  counts,
  href,
  children,
}: {
  counts: Partial<Record<KeyState, number>>;
  href?: (state: KeyState) => string;
  children?: ReactNode;
}) {
  const present = STATE_ORDER.map((state) => ({ state, count: counts[state] ?? 0 })).filter(
    ({ state, count }) => count > 0 || state === "ok",
  );
  const total = present.reduce((sum, { count }) => sum + count, 0);
  return (
    <div>
      <div aria-hidden className="mb-2.5 flex h-2.5 gap-0.5 overflow-hidden rounded-xs">
        {total === 0 && <i className="grow bg-track" />}
        {present.map(
          ({ state, count }) =>
            count > 0 && (
              <i
                key={state}
                className={clsx("min-w-1.5 rounded-xs", STATE_LOOK[state].fill)}
                style={{ flex: `${count} 1 0` }}
              />
            ),
        )}
      </div>
      {/* As high without keys in trouble as with some, so that the page does not jump when one comes or goes. */}
      <div className="flex min-h-8 flex-wrap items-center gap-x-6 gap-y-2.5 max-sm:flex-col max-sm:flex-nowrap max-sm:items-stretch">
        <ul className="flex flex-wrap gap-x-5.5 gap-y-1.5">
          {present.map(({ state, count }) => {
            const { icon: Icon, label, tone } = STATE_LOOK[state];
            const words = (
              <>
                <Icon aria-hidden className={clsx("size-3.5", TONE_TEXT[tone])} />
                <b className="font-semibold text-[15px] text-fg">{formatNumber(count)}</b>
                <span className={clsx("font-medium", TONE_TEXT[tone])}>{label}</span>
              </>
            );
            const row = "inline-flex items-center gap-[7px] rounded-sm";
            return (
              <li key={state}>
                {href ? (
                  <Link href={href(state)} className={clsx(row, "underline-offset-[3px] hover:underline")}>
                    {words}
                  </Link>
                ) : (
                  <span className={row}>{words}</span>
                )}
              </li>
            );
          })}
        </ul>
        {children}
      </div>
    </div>
  );
}
