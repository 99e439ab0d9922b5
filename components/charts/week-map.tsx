import { clsx } from "clsx";
import type { WeekModel } from "@/lib/domain/charts/week";

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** The hours of a week as a table of shades; `words` says a value. */
export function WeekMap({
  model,
  caption,
  words,
}: {
  model: WeekModel;
  caption: string;
  words: (value: number | null) => string;
}) {
  return (
    <section
      aria-label={caption}
      data-wide
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      className="relative overflow-x-auto"
    >
      <table className="w-full min-w-[17rem] table-fixed border-separate border-spacing-[2px] text-2xs text-fg-3">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr>
            <th scope="col" className="w-9">
              <span className="sr-only">Day</span>
            </th>
            {Array.from({ length: 24 }, (_, hour) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: an hour is its index
              <th key={hour} scope="col" className="pb-1 font-normal">
                <span className={clsx(hour % 3 !== 0 && "sr-only")}>{String(hour).padStart(2, "0")}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {model.hours.map((hours, day) => (
            <tr key={DAYS[day]}>
              <th scope="row" className="text-left font-normal">
                {DAYS[day]}
              </th>
              {hours.map((value, hour) => (
                <td
                  // biome-ignore lint/suspicious/noArrayIndexKey: an hour is its index
                  key={hour}
                  title={`${DAYS[day]} ${String(hour).padStart(2, "0")}:00 · ${words(value)}`}
                  className="h-5 rounded-xs bg-track p-0"
                >
                  <span
                    aria-hidden
                    className="block h-5 rounded-xs bg-accent"
                    // The square root keeps quiet hours apart from empty ones.
                    style={{ opacity: model.max === 0 ? 0 : Math.sqrt((value ?? 0) / model.max) }}
                  />
                  <span className="sr-only">{words(value)}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
