import { expect, it } from "vitest";
import { onDemand } from "./on-demand";

it("loads once, however often it is asked", async () => {
  let loads = 0;
  const parts = onDemand(async () => ++loads);
  expect(await Promise.all([parts.ask(), parts.ask()])).toEqual([1, 1]);
  expect(await parts.ask()).toBe(1);
});

it("tries again after a failure", async () => {
  let loads = 0;
  const parts = onDemand(async () => {
    if (++loads === 1) throw new Error("offline");
    return "there";
  });
  await expect(parts.ask()).rejects.toThrow("offline");
  expect(await parts.ask()).toBe("there");
});
