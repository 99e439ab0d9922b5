import { metric } from "@/lib/domain/usage/metric";
import type { IncidentDto } from "@/lib/features/incidents/schemas";
import { readingWords, thresholdWords } from "./words";

/** What was read, and the threshold that it crossed: "Limit used: 87.5 %, threshold ≥ 80 %". */
export function IncidentReading({ incident }: { incident: IncidentDto }) {
  const threshold = thresholdWords(incident);
  return (
    <>
      {metric(incident.metric).label}: <strong className="text-fg">{readingWords(incident)}</strong>
      {threshold !== null && <>, threshold {threshold}</>}
    </>
  );
}
