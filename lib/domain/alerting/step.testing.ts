import { DAY, SECOND } from "@/lib/domain/usage/duration";
import { windowRange } from "@/lib/domain/usage/window";
import { compileRule, type Rule, ruleInputSchema } from "./rule";
import { type Effect, type InstanceState, initialState, type Observation } from "./state";
import { step } from "./step";

/** A rule as the API takes it: requests ≥ 800 in 5 min, one warning tier, no reminders. */
export function ruleBody(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name: "Requests near the limit",
    metric: "requests",
    window: "5m",
    operator: ">=",
    tiers: [{ severity: "warning", threshold: 800 }],
    repeat_every: null,
    ...overrides,
  };
}

export function ruleOf(overrides: Record<string, unknown> = {}): Rule {
  return compileRule(ruleInputSchema.parse(ruleBody(overrides)));
}

export const BOTH_TIERS = [
  { severity: "warning", threshold: 800 },
  { severity: "critical", threshold: 950 },
];

/**
 * What an instance sees, as `second=value` words: `0=800 10=none 20=failed 30=gone 40=0.5/19`, the last with the number
 * of requests (1,000 else). In a list, an object is an edit: the rule from there on.
 */
export type Seen = string | (string | Record<string, unknown>)[];

/** `effects` in words, "60 ok → firing warning, 90 reminder warning": all there are. */
export type Row = { sentence: string; rule?: Record<string, unknown>; seen: Seen; effects: string };

/** Each row is a sentence of the specification and the sequence that shows it, by concept. */
export type Rows = Record<string, Row[]>;

/** All effects of a history, from the initial state. Throws when a state does not survive being stored. */
export function run(body: Record<string, unknown> | undefined, seen: Seen): Effect[] {
  let rule = ruleOf(body);
  let state = initialState();
  const effects: Effect[] = [];
  for (const part of [seen].flat()) {
    if (typeof part !== "string") {
      rule = ruleOf(part);
      continue;
    }
    for (const word of part.split(" ")) {
      const [second, what] = word.split("=");
      const at = Number(second) * SECOND;
      const stepped = step(rule, state, observationOf(rule, what ?? "", at), at);
      effects.push(...stepped.effects);
      state = stored(stepped.state);
    }
  }
  return effects;
}

/** A state as it comes back from the database. Undefined fields would be lost on the way. */
function stored(state: InstanceState): InstanceState {
  const text = JSON.stringify(state);
  const missing = JSON.stringify(state, (_, value) => (value === undefined ? "(undefined)" : value));
  if (text !== missing) throw new Error(`a state must be plain JSON, got ${missing}`);
  return JSON.parse(text);
}

function observationOf(rule: Rule, what: string, at: number): Observation {
  const period =
    rule.isQuota && rule.window !== null ? { periodStart: windowRange(rule.window, at).from } : {};
  // Values beside a failure or an end must not matter.
  if (what === "failed") return { value: DAY, requests: DAY, error: "timeout" };
  if (what === "gone")
    return { value: DAY, requests: DAY, error: "timeout", vanished: "The key was deleted." };
  if (what === "none") return { value: null, requests: 0, ...period };
  const [value, requests = "1000"] = what.split("/");
  return { value: Number(value), requests: Number(requests), ...period };
}

export function wordsOf(effect: Effect): string {
  const at = effect.at / SECOND;
  if (effect.kind === "reminder") return `${at} reminder ${effect.alert.severity}`;
  const severity = effect.severity === null ? "" : ` ${effect.severity}`;
  return `${at} ${effect.from} → ${effect.to}${severity}`;
}
