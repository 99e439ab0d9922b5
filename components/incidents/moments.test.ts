import { expect, it } from "vitest";
import type { DeliveryDto } from "@/lib/features/deliveries/schemas";
import type { IncidentTransition } from "@/lib/features/incidents/schemas";
import { changeWords, momentsOf } from "./moments";

const at = (minute: number) => new Date(Date.UTC(2026, 0, 2, 12, minute)).toISOString();
const transition = (id: string, minute: number, overrides: Partial<IncidentTransition> = {}) =>
  ({
    id,
    at: at(minute),
    key: null,
    from: "ok",
    to: "firing",
    severity: "warning",
    value: 1,
    threshold: 1,
    reason: null,
    quiet: null,
    ...overrides,
  }) satisfies IncidentTransition;
const delivery = (id: string, minute: number, kind: string, of: string | null) =>
  ({ id, created_at: at(minute), kind, transition: of }) as DeliveryDto;

it("puts every message with the change that it tells, and those of time by themselves", () => {
  const moments = momentsOf(
    [
      transition("tr_1", 0, { from: "ok", to: "pending", quiet: "Not long enough." }),
      transition("tr_2", 1, { from: "pending" }),
      transition("tr_3", 9, { to: "ok", severity: null }),
    ],
    // As the API gives them: the latest first.
    [
      delivery("d4", 5, "reminder", null),
      delivery("d3", 5, "reminder", null),
      delivery("d2", 1, "firing", "tr_2"),
      delivery("d1", 1, "firing", "tr_2"),
    ],
  );
  expect(moments.map(({ id, quiet, deliveries }) => [id, quiet, deliveries.map((one) => one.id)])).toEqual([
    ["tr_3", "The rule had no channel.", []],
    ["d3", null, ["d3", "d4"]],
    ["tr_2", null, ["d1", "d2"]],
    ["tr_1", "Not long enough.", []],
  ]);
});

it.each([
  [{ from: "ok", to: "firing", severity: "warning" }, "ok → firing, warning"],
  [{ from: "firing", to: "firing", severity: "critical" }, "firing, critical"],
  [{ from: "firing", to: "no_data", severity: "warning" }, "firing → no data, warning"],
  [{ from: "firing", to: "ok", severity: null }, "firing → ok"],
])("%j: %s", (overrides, words) => {
  expect(changeWords(transition("tr", 0, overrides))).toBe(words);
});
