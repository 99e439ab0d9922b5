import { useTimes } from "@/components/ui/viewer";
import { stackHeight, type TimeSeriesModel } from "@/lib/domain/charts/time-series";
import { bucketLabel, fullValue } from "./chart-format";

/** What the chart says under the pointer: the span, every series that has a value there, and their sum if stacked. */
export function ChartTooltip({ model, at }: { model: TimeSeriesModel; at: number | null }) {
  const times = useTimes();
  const row = at === null ? undefined : model.rows.find((candidate) => candidate.at === at);
  if (row === undefined) return null;
  const entries = model.series
    .map((series, index) => ({ ...series, value: row.values[index] ?? null }))
    .filter(({ value }) => value !== null && (value !== 0 || model.series.length <= 4));
  const stacked = entries.filter(({ ghost }) => !ghost);
  const notes = model.spans
    .filter(({ from, to }) => from < row.at + model.stepMs && to >= row.at)
    .slice(0, 4);
  // As in the stack: what lies on top is named first.
  const shown = model.kind !== "line" ? entries.toReversed() : entries;
  return (
    <div className="min-w-44 max-w-52 rounded-lg bg-raised px-3 py-2 text-fg text-xs shadow-pop sm:max-w-none">
      <p className="mb-1.5 text-fg-3 sm:whitespace-nowrap">
        {bucketLabel(row.at, model.stepMs, times)}
        {row.partial && " · so far"}
      </p>
      {entries.length === 0 && <p className="text-fg-2">No data</p>}
      <ul className="space-y-0.5">
        {shown.map(({ key, label, color, value }) => (
          <li key={key} className="flex items-center gap-2">
            <i
              aria-hidden
              className="size-2 shrink-0 rounded-[2px]"
              style={{ background: `var(${color})` }}
            />
            <span className="max-w-28 truncate text-fg-2 sm:max-w-52">{label}</span>
            <b className="ml-auto whitespace-nowrap pl-4 font-medium">{fullValue(value, model.unit)}</b>
          </li>
        ))}
      </ul>
      {notes.length > 0 && (
        <ul className="mt-1.5 max-w-64 space-y-0.5 border-t pt-1.5 text-fg-2">
          {notes.map(({ label, from }) => (
            <li key={`${from} ${label}`} className="truncate">
              {label}
            </li>
          ))}
        </ul>
      )}
      {model.kind !== "line" && stacked.length > 1 && (
        <p className="mt-1.5 flex justify-between border-t pt-1.5">
          <span className="text-fg-2">Total</span>
          <b className="font-medium">{fullValue(stackHeight(model, row.values), model.unit)}</b>
        </p>
      )}
    </div>
  );
}
