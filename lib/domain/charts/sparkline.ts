/** The paths of a sparkline in a box of `width` by `height`; "" when there is nothing to draw. */
export type SparkPaths = { line: string; area: string };

/**
 * Draws values from left to right, 0 at the bottom; null breaks the line, a lone value is a short dash.
 * `max` fixes the scale, so that several sparklines compare.
 */
export function sparkPaths(
  values: readonly (number | null)[],
  box: { width: number; height: number; max?: number },
): SparkPaths {
  const { width, height } = box;
  const top = box.max ?? values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  const stepX = width / Math.max(1, values.length - 1);
  const x = (index: number) => round(index * stepX);
  // One unit of air above and below keeps the stroke inside the box.
  const y = (value: number) => round(height - 1 - (top > 0 ? Math.min(1, value / top) : 0) * (height - 2));
  let line = "";
  let area = "";
  for (const run of runs(values)) {
    const first = run[0];
    const last = run.at(-1);
    if (first === undefined || last === undefined) continue;
    const dash =
      run.length === 1 ? ` H${round(Math.min(width, first.index * stepX + Math.max(1, stepX / 2)))}` : "";
    const points = run.map(({ index, value }) => `${x(index)},${y(value)}`).join(" L");
    line += `M${points}${dash}`;
    if (run.length > 1) area += `M${x(first.index)},${height} L${points} L${x(last.index)},${height}Z`;
  }
  return { line, area };
}

function runs(values: readonly (number | null)[]): { index: number; value: number }[][] {
  const found: { index: number; value: number }[][] = [];
  let open: { index: number; value: number }[] | null = null;
  for (const [index, value] of values.entries()) {
    if (value === null) open = null;
    else if (open === null) {
      open = [{ index, value }];
      found.push(open);
    } else open.push({ index, value });
  }
  return found;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
