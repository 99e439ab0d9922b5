import { expect, test } from "vitest";
import {
  isOutcome,
  isThrottled,
  OUTCOMES,
  type Outcome,
  outcomeCode,
  outcomeOf,
  outcomeOfStatus,
} from "./outcome";

test("codes are stored, so they never move", () => {
  expect(OUTCOMES.map((outcome) => [outcomeCode(outcome), outcome])).toEqual([
    [0, "success"],
    [1, "rate_limited"],
    [2, "quota_exhausted"],
    [3, "overloaded"],
    [4, "unauthorized"],
    [5, "client_error"],
    [6, "server_error"],
    [7, "timeout"],
  ]);
  for (const outcome of OUTCOMES) expect(outcomeOf(outcomeCode(outcome))).toBe(outcome);
});

test.each([-1, 8, 0.5, Number.NaN])("%s is no code", (code) => {
  expect(() => outcomeOf(code)).toThrow(/0 to 7/);
});

test.each<[number | null | undefined, Outcome]>([
  [null, "success"],
  [undefined, "success"],
  [0, "timeout"],
  [100, "success"],
  [200, "success"],
  [304, "success"],
  [399, "success"],
  [400, "client_error"],
  [401, "unauthorized"],
  [402, "quota_exhausted"],
  [403, "unauthorized"],
  [404, "client_error"],
  [408, "timeout"],
  [429, "rate_limited"],
  [499, "client_error"],
  [500, "server_error"],
  [502, "server_error"],
  [503, "overloaded"],
  [504, "timeout"],
  [529, "overloaded"],
  [599, "server_error"],
])("status %s is %s", (status, outcome) => {
  expect(outcomeOfStatus(status)).toBe(outcome);
});

test("throttled is what the key's own allowance refused", () => {
  expect(OUTCOMES.filter(isThrottled)).toEqual(["rate_limited", "quota_exhausted"]);
});

test.each([
  ["success", true],
  ["ok", false],
  [0, false],
  [null, false],
])("isOutcome(%s) is %s", (value, expected) => {
  expect(isOutcome(value)).toBe(expected);
});
