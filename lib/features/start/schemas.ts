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

/** Which steps are done; null where nobody wants to know. */
export type StartSteps = { hidden: boolean; done: Record<StartStep, boolean> | null };

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

/** Steps done of all while the console points to them: until all are, or somebody hides it. Else null. */
export function startProgress({ hidden, done }: StartSteps): { done: number; of: number } | null {
  const count = done === null ? 0 : Object.values(done).filter(Boolean).length;
  return hidden || count === START_STEPS.length ? null : { done: count, of: START_STEPS.length };
}
