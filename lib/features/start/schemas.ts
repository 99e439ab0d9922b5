import { z } from "zod";

export const START_STEPS = ["event", "limit", "channel", "rule"] as const;
export type StartStep = (typeof START_STEPS)[number];

/** How far an installation has been set up, read from what is there. */
export interface StartDto {
  /** One that sends, else the latest. */
  source: { id: string; name: string; format: string; last_event_at: string | null } | null;
  /** The latest key. */
  key: { id: string; name: string } | null;
  /** A key that has a limit, by whoever named it. */
  limited: { id: string; name: string } | null;
  /** One whose test arrived, else the latest. */
  channel: { id: string; name: string; tested: boolean } | null;
  rule: { id: string; name: string } | null;
  /** Somebody wants to see no more of it. */
  hidden: boolean;
}

export const startHiddenSchema = z.strictObject({
  hidden: z.boolean({ error: "expected true or false" }),
});

/** Which steps are done. A channel counts once a test has got through: until then nobody knows whether it reaches anyone. */
export const doneSteps = (start: StartDto): Record<StartStep, boolean> => ({
  event: start.source?.last_event_at != null,
  limit: start.limited !== null,
  channel: start.channel?.tested === true,
  rule: start.rule !== null,
});

/** Steps done of all, and whether the console still points to them. */
export function startProgress(start: StartDto): { done: number; of: number; open: boolean } {
  const done = Object.values(doneSteps(start)).filter(Boolean).length;
  return { done, of: START_STEPS.length, open: !start.hidden && done < START_STEPS.length };
}
