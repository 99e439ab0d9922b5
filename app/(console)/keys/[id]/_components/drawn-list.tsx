import { Flag } from "lucide-react";
import Link from "next/link";
import { SeverityBadge } from "@/components/state/alert-badge";
import { useTimes } from "@/components/ui/viewer";
import type { KeyDetailDto } from "@/lib/features/keys/detail";
import { formatInstant, formatShortInstant } from "@/lib/format";

const SHOWN = 6;
const CHIP =
  "inline-flex h-6 max-w-64 items-center gap-1.5 rounded-md border border-line bg-surface px-2 text-fg-2 text-xs hover:bg-hover hover:text-fg pointer-coarse:h-9";

/** What is shaded in the charts, by name: incidents lead to their page, notes to the list of them. */
export function DrawnList({
  drawn: { incidents, annotations },
  now,
  onNotes,
}: {
  drawn: KeyDetailDto["drawn"];
  now: number;
  onNotes: () => void;
}) {
  const times = useTimes();
  if (incidents.length + annotations.length === 0) return null;
  const span = (from: string, to: string | null, open: string) => {
    const start = formatShortInstant(Date.parse(from), times, now);
    return to === null ? `${start}${open}` : `${start} – ${formatShortInstant(Date.parse(to), times, now)}`;
  };
  const shownIncidents = incidents.slice(-SHOWN);
  const shownNotes = annotations.slice(-SHOWN);
  const rest = incidents.length - shownIncidents.length + (annotations.length - shownNotes.length);
  return (
    <ul aria-label="Drawn into the charts" className="mt-2 flex flex-wrap gap-1.5">
      {shownIncidents.map(({ id, rule_name, severity, started_at, resolved_at }) => (
        <li key={id} className="min-w-0">
          <Link
            href={`/incidents/${id}`}
            prefetch={false}
            className={CHIP}
            title={`${rule_name.slice(0, 300)}: ${formatInstant(Date.parse(started_at), times)}`}
          >
            <SeverityBadge severity={severity} iconOnly />
            <bdi className="truncate">{rule_name}</bdi>
            <span className="shrink-0 text-fg-3">{span(started_at, resolved_at, " – now")}</span>
          </Link>
        </li>
      ))}
      {shownNotes.map(({ id, text, at, ends_at }) => (
        <li key={id} className="min-w-0">
          <button type="button" onClick={onNotes} className={CHIP} title={text}>
            <Flag aria-hidden className="size-3 shrink-0 text-accent-text" />
            <bdi className="truncate">{text}</bdi>
            <span className="shrink-0 text-fg-3">{span(at, ends_at, "")}</span>
          </button>
        </li>
      ))}
      {rest > 0 && <li className="self-center text-fg-3 text-xs">and {rest} earlier</li>}
    </ul>
  );
}
