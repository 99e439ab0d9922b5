import { describe, expect, it } from "vitest";
import { barParts, type Headroom, whenWords } from "./headroom";

const NOW = Date.UTC(2026, 10, 23, 14, 30);
const HOUR = 3_600_000;

function headroom(changes: Partial<Headroom> = {}): Headroom {
  return {
    metric: "requests",
    window: "calendar_day",
    used: 440,
    amount: 1_000,
    usedFraction: 0.44,
    projectedFraction: 0.55,
    warnAt: 0.8,
    state: "ok",
    dryAt: null,
    resetsAt: NOW + 9.5 * HOUR,
    ...changes,
  };
}

describe("whenWords", () => {
  const words = (changes: Partial<Headroom>) => whenWords(headroom(changes), NOW, "UTC");

  it("says that a limit holds, and how full it will be", () => {
    expect(words({})).toEqual({ first: "Holds, 55 % at reset", second: "resets in 9 h 30 min" });
  });

  it("counts down within the hour and names the time beyond", () => {
    expect(words({ dryAt: NOW + 4 * 60_000 }).first).toBe("Dry in 4 min");
    expect(words({ dryAt: NOW + 2 * HOUR }).first).toBe("Dry at 16:30");
    expect(words({ dryAt: NOW + 40 * HOUR, resetsAt: NOW + 90 * HOUR })).toEqual({
      first: "Dry on Nov 25, 06:30",
      second: "resets Nov 27, 08:30",
    });
  });

  it("does not call a limit dry that resets first", () => {
    expect(words({ dryAt: NOW + 10 * HOUR, projectedFraction: 0.97 }).first).toBe("Holds, 97 % at reset");
  });

  it("says since when it is dry and when it is back", () => {
    expect(words({ usedFraction: 1, dryAt: NOW - 180_000 })).toEqual({
      first: "Dry since 14:27",
      second: "back in 9 h 30 min",
    });
    expect(words({ usedFraction: 1.2, resetsAt: null }).second).toBe("room returns as use ages");
  });

  it("admits when there is too little traffic to say", () => {
    expect(words({ projectedFraction: null })).toEqual({
      first: "Too little use to forecast",
      second: "resets in 9 h 30 min",
    });
  });
});

describe("barParts", () => {
  it("hatches from what is used to what is expected", () => {
    expect(barParts(headroom({ usedFraction: 0.5, projectedFraction: 0.75 }))).toEqual({
      used: 50,
      forecast: 25,
      warn: 80,
    });
  });

  it("stays inside the bar", () => {
    expect(barParts(headroom({ usedFraction: 0.9, projectedFraction: 3 }))).toMatchObject({
      used: 90,
      forecast: 10,
    });
    expect(barParts(headroom({ usedFraction: 1.4, projectedFraction: 2 }))).toMatchObject({
      used: 100,
      forecast: 0,
    });
  });

  it("hatches nothing when use is draining or cannot be foretold", () => {
    expect(barParts(headroom({ usedFraction: 0.5, projectedFraction: 0.2 })).forecast).toBe(0);
    expect(barParts(headroom({ projectedFraction: null })).forecast).toBe(0);
  });
});
