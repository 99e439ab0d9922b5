import { expect, test } from "vitest";
import { isTimeZone, zoneOffset } from "./zone";
import { formerZone, modernZone, zonesToChoose } from "./zone-names";

const SUPPORTED = Intl.supportedValuesOf("timeZone");
const INSTANTS = [0, 1, 2, 3].map((quarter) => Date.UTC(2026, quarter * 3, 1));

test.each([
  ["Asia/Calcutta", "Asia/Kolkata"],
  ["Europe/Kiev", "Europe/Kyiv"],
  ["Asia/Kolkata", "Asia/Kolkata"],
  ["Europe/Berlin", "Europe/Berlin"],
  ["UTC", "UTC"],
  ["Nowhere/Such", "Nowhere/Such"],
])("%s is called %s today", (zone, modern) => {
  expect(modernZone(zone)).toBe(modern);
});

test("zones are offered once, by a name that the engine takes for the same zone", () => {
  const zones = zonesToChoose(SUPPORTED, "Asia/Calcutta", "Asia/Kolkata", null);
  expect(new Set(zones).size).toBe(zones.length);
  expect(zones[0]).toBe("UTC");
  expect(zones).toEqual(expect.arrayContaining(["Asia/Kolkata", "Europe/Kyiv", "America/Nuuk"]));
  for (const zone of zones) {
    expect(isTimeZone(zone), zone).toBe(true);
    expect(modernZone(zone), zone).toBe(zone);
    const former = formerZone(zone);
    if (former === null) continue;
    expect(zones).not.toContain(former);
    for (const at of INSTANTS) expect([zone, zoneOffset(former, at)]).toEqual([zone, zoneOffset(zone, at)]);
  }
});

test("nothing that the engine supports is lost", () => {
  const zones = new Set(zonesToChoose(SUPPORTED));
  expect(SUPPORTED.filter((zone) => !zones.has(modernZone(zone)))).toEqual([]);
});
