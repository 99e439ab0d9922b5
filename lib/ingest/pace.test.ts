import { expect, test } from "vitest";
import { pace } from "./pace";

test("short work takes no turn", () => {
  const turn = pace(60_000);
  for (let i = 0; i < 1_000; i++) expect(turn()).toBeUndefined();
});

test("long work lets others in, again and again", async () => {
  const turn = pace(0);
  let others = 0;
  const other = () => {
    others += 1;
    if (others < 3) setImmediate(other);
  };
  setImmediate(other);
  while (others < 3) await turn();
  expect(others).toBe(3);
});
