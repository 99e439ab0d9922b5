import { z } from "zod";

/** What the console's demo traffic is doing. `removing`: everything of it is being deleted. */
export const DEMO_STATES = ["off", "on", "removing"] as const;
export type DemoState = (typeof DEMO_STATES)[number];

/** `silenced`: rules watch its keys, and their messages are held back. */
export const demoSchema = z.strictObject({
  on: z.boolean({ error: "expected true or false" }),
  silenced: z.boolean({ error: "expected true or false" }).default(true),
});

/** The row in the table of settings while it is not off. */
export interface StoredDemo {
  state: "on" | "removing";
  /** The number of its source. */
  source: number;
  since: string;
  silences: string[];
}

export interface DemoDto {
  state: DemoState;
  /** The id of its source; null when it is off. */
  source: string | null;
  since: string | null;
  silenced: boolean;
  keys: number;
}
