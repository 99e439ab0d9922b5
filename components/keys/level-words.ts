import { OPERATOR_SIGNS, readingWords } from "@/components/incidents/words";
import type { Level } from "@/lib/domain/charts/levels";

const MOST_NAME = 32;

/** What is written on a level's line: "Near the limit ≥ 800 requests in 5 min", "limit 1,000 requests in 1 min". */
export function levelWords({ name, metric, operator, amount, window, severity }: Level): string {
  const reading = readingWords({ metric, value: amount, window });
  if (severity === "limit") return `limit ${reading}`;
  const short = name.length > MOST_NAME ? `${name.slice(0, MOST_NAME - 1)}…` : name;
  return `${short} ${OPERATOR_SIGNS[operator]} ${reading}`;
}
