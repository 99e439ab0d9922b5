import { clsx } from "clsx";
import type { KeyState } from "@/lib/domain/usage/state";
import { formatPercent } from "@/lib/format";
import { limitWords, usedWords } from "@/lib/format-limit";
import { barParts, type Headroom } from "./headroom";

// A healthy limit is drawn in the accent: green is kept for "this key is fine".
const COLOR: Record<KeyState, string> = {
  ok: "text-accent",
  idle: "text-idle",
  at_risk: "text-risk",
  throttled: "text-throttled",
  exhausted: "text-exhausted",
  unauthorized: "text-unauthorized",
  blocked: "text-blocked",
};

/**
 * How much room a limit has left: used (solid), expected by the reset (hatched), where a rule warns (tick).
 * `sm` is the track alone, `md` adds the words above it, `lg` is for a key's own page.
 */
export function HeadroomBar({
  headroom,
  size = "md",
  className,
}: {
  headroom: Headroom;
  size?: "sm" | "md" | "lg";
  className?: string;
}) {
  const { used, forecast, warn } = barParts(headroom);
  const words = limitWords(headroom.metric, headroom.window);
  const spent = formatPercent(headroom.usedFraction);
  const expected =
    headroom.projectedFraction !== null && forecast > 0
      ? `, ${formatPercent(headroom.projectedFraction)} expected by the reset`
      : "";
  return (
    <div className={clsx("min-w-0", className)}>
      {size !== "sm" && (
        <div
          aria-hidden
          className={clsx(
            "mb-1 flex flex-wrap items-baseline justify-between gap-x-3 text-fg-2",
            size === "lg" ? "text-sm" : "text-xs",
          )}
        >
          <span>{words}</span>
          <span className="whitespace-nowrap">
            <b className={clsx("font-semibold text-fg", size === "lg" && "text-base")}>{spent}</b> ·{" "}
            {usedWords(headroom)}
          </span>
        </div>
      )}
      {/* biome-ignore lint/a11y/useSemanticElements: a meter element can show neither the forecast nor the tick */}
      <div
        role="meter"
        aria-label={words}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(used)}
        aria-valuetext={`${spent} used, ${usedWords(headroom)}${expected}`}
        className={clsx(
          "relative rounded-full bg-track",
          COLOR[headroom.state],
          size === "sm" ? "h-1.5" : size === "md" ? "h-2" : "h-2.5",
        )}
      >
        <div className="absolute inset-0 overflow-hidden rounded-full">
          <span
            className="absolute inset-y-0 left-0 min-w-[3px] bg-current transition-[width] duration-300"
            style={{ width: `${used}%` }}
            hidden={headroom.used === 0}
          />
          <span
            className="hatched absolute inset-y-0 opacity-60 transition-[left,width] duration-300"
            style={{ left: `${used}%`, width: `${forecast}%` }}
          />
        </div>
        {warn !== null && (
          <span
            className="-inset-y-[3px] -translate-x-1/2 absolute w-[2px] rounded-full bg-fg-3 ring-1 ring-surface"
            style={{ left: `${warn}%` }}
          />
        )}
      </div>
    </div>
  );
}
