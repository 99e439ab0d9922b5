import type { Operator } from "./rule";

/** Whether the operator fires above its threshold (or below). */
export function isAbove(operator: Operator): boolean {
  return operator === ">=" || operator === ">";
}

/** The comparison exactly as written: `>=` holds on equality, `>` does not. */
export function holds(value: number, operator: Operator, threshold: number): boolean {
  switch (operator) {
    case ">=":
      return value >= threshold;
    case ">":
      return value > threshold;
    case "<=":
      return value <= threshold;
    case "<":
      return value < threshold;
  }
}

/** Whether a value has come back over a recovery threshold; equality has. */
export function hasRecovered(value: number, operator: Operator, recovery: number): boolean {
  return isAbove(operator) ? value <= recovery : value >= recovery;
}
