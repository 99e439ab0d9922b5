import fc from "fast-check";
import { expect, test } from "vitest";
import { CALL_FILTERS } from "../usage/call-filter";
import { OUTCOMES } from "../usage/outcome";
import { keyLookOf, keyLookParams } from "./key-look";
import { PRESETS } from "./range";

const OWN = "7";

const address = fc
  .record(
    {
      range: fc.constantFrom(...PRESETS, "soon"),
      compare: fc.constantFrom("previous", "12", OWN, "x"),
      outcome: fc.constantFrom(...OUTCOMES, "bad"),
      status: fc.constantFrom("200", "0", "900"),
      model: fc.string({ minLength: 1, maxLength: 20 }),
    },
    { requiredKeys: [] },
  )
  .map((fields) => new URLSearchParams(fields as Record<string, string>));

test("what is asked for is what an address asked for", () => {
  fc.assert(
    fc.property(address, (params) => {
      const look = keyLookOf(OWN, params);
      expect(keyLookOf(OWN, keyLookParams(look))).toEqual(look);
    }),
  );
});

test("an address that says nothing, or nonsense, asks for the last hour of all calls", () => {
  const nothing = { range: { kind: "preset", preset: "1h" }, compare: { kind: "none" }, filters: {} };
  const nonsense = new URLSearchParams(CALL_FILTERS.map((name) => [name, ""]));
  for (const params of [
    new URLSearchParams(),
    nonsense,
    new URLSearchParams("range=2h&compare=x&status=900"),
  ])
    expect(keyLookOf(OWN, params)).toEqual(nothing);
});
