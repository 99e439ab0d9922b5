import { expect, it } from "vitest";
import { HOUR } from "@/lib/domain/usage/duration";
import { TouchedHours } from "./touched";

const REST = 30_000;

it("gives each key-hour once, when it has ended and rested", () => {
  const touched = new TouchedHours();
  touched.touch(1, HOUR - 1, HOUR - 1);
  touched.touch(1, HOUR, HOUR);
  touched.touch(2, 0, HOUR + 10_000);
  expect(touched.take(HOUR + REST - 1, REST, 10)).toEqual([]);
  expect(touched.take(HOUR + REST, REST, 10)).toEqual([{ keyId: 1, bucket: 0 }]);
  expect(touched.take(HOUR + 10_000 + REST, REST, 10)).toEqual([{ keyId: 2, bucket: 0 }]);
  expect(touched.take(2 * HOUR + REST, REST, 10)).toEqual([{ keyId: 1, bucket: HOUR }]);
  expect(touched.take(9 * HOUR, REST, 10)).toEqual([]);
});

it("gives at most what is asked for, and the rest the next time", () => {
  const touched = new TouchedHours();
  for (let keyId = 0; keyId < 5; keyId++) touched.touch(keyId, 0, 0);
  const ids = () => touched.take(9 * HOUR, REST, 2).map(({ keyId }) => keyId);
  expect([ids(), ids(), ids(), ids()]).toEqual([[0, 1], [2, 3], [4], []]);
});

it("remembers only so many, and says when that is not enough", () => {
  const touched = new TouchedHours();
  let isEnough = true;
  for (let keyId = 0; keyId < 200_000; keyId++) isEnough &&= touched.touch(keyId, 0, 0);
  expect(isEnough).toBe(true);
  expect(touched.touch(200_000, 0, 0)).toBe(false);
  expect(touched.touch(0, 0, 1)).toBe(true);
  expect(touched.take(9 * HOUR, REST, 1)).toHaveLength(1);
  expect(touched.touch(200_000, 0, 0)).toBe(true);
});
