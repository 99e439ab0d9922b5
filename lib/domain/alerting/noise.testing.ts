import type { Attended } from "./attend";
import { newAttention } from "./attention";
import type { Alert } from "./state";
import { ruleOf } from "./step.testing";
import { afterTelling, NOTHING_TOLD, type Picture, type ToldOf } from "./told";

export const MINUTE = 60_000;
export const WARNING: Alert = { severity: "warning", cause: "threshold" };
export const CRITICAL: Alert = { severity: "critical", cause: "threshold" };
export const rule = ruleOf({
  channels: ["a"],
  escalation: [
    { after: "5m", channels: ["b"] },
    { after: "15m", channels: ["b", "c"] },
  ],
  flapping: { transitions: 3, window: "10m" },
});

export const open = (overrides: Partial<Attended> = {}): Attended => ({
  state: "firing",
  acknowledgedAt: null,
  snoozedUntil: null,
  attention: newAttention(0),
  truth: WARNING,
  ...overrides,
});

/** What a channel knows after `kind` or `kind:what muted it`, of a warning. */
export const told = (line: string): Picture =>
  line
    .split(" ")
    .filter((word) => word !== "")
    .map((word): ToldOf => {
      const [kind = "", by = null] = word.split(":");
      return { kind, severity: "warning", mutedBy: by as ToldOf["mutedBy"] };
    })
    .reduce(afterTelling, NOTHING_TOLD);

/** Each row is a sentence of the specification and what shows it, by concept. */
export type Shown = Record<string, { sentence: string; shows: () => unknown; expected: unknown }[]>;
