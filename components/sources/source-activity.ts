import { MINUTE } from "@/lib/domain/usage/duration";

/** A gateway in use is rarely silent for this long. */
const QUIET_AFTER_MS = 10 * MINUTE;

export type SourceActivity = "waiting" | "live" | "quiet";

/** Whether a source sends: nothing ever came, something came lately, or it has gone quiet. */
export function sourceActivity(lastEventAt: string | null, now: number): SourceActivity {
  if (lastEventAt === null) return "waiting";
  return now - Date.parse(lastEventAt) < QUIET_AFTER_MS ? "live" : "quiet";
}
