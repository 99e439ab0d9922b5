import { isAppError } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { getKey } from "../keys/queries";
import type { KeyDto } from "../keys/schemas";
import { type LatestError, readLatestErrors } from "../usage/latest-errors";
import type { IncidentDto } from "./schemas";

/** The key that an incident is about, as it is now. */
export interface KeyNow {
  /** When it was read, epoch ms. */
  at: number;
  key: KeyDto;
  /** Its newest failed call of the last 15 minutes. */
  error: LatestError | null;
}

/** null: the incident is about several keys, is over, or its key was deleted since. */
export async function keyNow(
  incident: Pick<IncidentDto, "key" | "state">,
  now: number,
): Promise<KeyNow | null> {
  if (incident.key === null || incident.state === "resolved") return null;
  try {
    const [key, errors] = await Promise.all([
      getKey(incident.key, now),
      readLatestErrors(runtime().db.pool, [Number(incident.key)], now),
    ]);
    return { at: now, key, error: errors.get(Number(incident.key)) ?? null };
  } catch (error) {
    if (isAppError(error) && error.code === "not_found") return null;
    throw error;
  }
}
