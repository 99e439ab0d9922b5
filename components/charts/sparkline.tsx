import type { ColorToken } from "@/lib/domain/charts/series-look";
import { sparkPaths } from "@/lib/domain/charts/sparkline";

/** The shape of a series in a word's room. Fills its box; the number beside it says how much. */
export function Sparkline({
  values,
  color = "--fg-2",
  fill = false,
  max,
  label,
  className = "block h-[26px] w-[110px]",
}: {
  values: readonly (number | null)[];
  color?: ColorToken;
  fill?: boolean;
  max?: number;
  /** What it shows, for screen readers; without it the sparkline is decoration. */
  label?: string;
  className?: string;
}) {
  const width = 100;
  const height = 32;
  const paths = sparkPaths(values, { width, height, ...(max !== undefined && { max }) });
  const stroke = `var(${color})`;
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      className={className}
      role={label ? "img" : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
    >
      {fill && <path d={paths.area} fill={stroke} opacity={0.1} />}
      <path
        d={paths.line}
        fill="none"
        stroke={stroke}
        strokeWidth={1.5}
        strokeLinejoin="round"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
