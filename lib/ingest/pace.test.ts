import { expect, test } from "vitest";
import { Line, pace } from "./pace";

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

test("work in line is done one after the other, whatever becomes of it", async () => {
  const line = new Line();
  const seen: string[] = [];
  const work =
    (name: string, fails = false) =>
    async () => {
      seen.push(`${name} begins`);
      await new Promise(setImmediate);
      seen.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    };
  const results = await Promise.allSettled([
    line.run(work("a")),
    line.run(work("b", true)),
    line.run(work("c")),
  ]);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(seen).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
});
