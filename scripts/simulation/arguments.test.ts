import { describe, expect, it } from "vitest";
import { ArgumentError, parseSimulateArguments } from "./arguments";

const NEEDED = ["--url", "http://localhost:3000", "--token", "kgi_x"];

function problemsOf(argv: string[]): readonly string[] {
  try {
    parseSimulateArguments(argv, "7");
  } catch (error) {
    if (error instanceof ArgumentError) return error.problems;
    throw error;
  }
  return [];
}

describe("parseSimulateArguments", () => {
  it("fills in what is not said", () => {
    expect(parseSimulateArguments(NEEDED, "7")).toEqual({
      url: "http://localhost:3000",
      token: "kgi_x",
      rate: 10,
      keys: 8,
      scenario: "steady",
      durationMs: null,
      seed: "7",
      backfillMs: 0,
    });
  });

  it("takes every option", () => {
    const argv = "--rate 2.5 --keys 3 --scenario attack --duration 60 --seed 12 --backfill 24".split(" ");
    expect(parseSimulateArguments(["--url=https://example.com/kg/", "--token=t", ...argv], "7")).toEqual({
      url: "https://example.com/kg",
      token: "t",
      rate: 2.5,
      keys: 3,
      scenario: "attack",
      durationMs: 60_000,
      seed: "12",
      backfillMs: 86_400_000,
    });
  });

  it("asks for the usage text with --help", () => {
    expect(parseSimulateArguments(["--help"], "7")).toBeNull();
  });

  it.each([
    ["--rate", "0"],
    ["--rate", "fast"],
    ["--rate", ""],
    ["--keys", "1.5"],
    ["--keys", "0"],
    ["--scenario", "storm"],
    ["--duration", "0"],
    ["--backfill", "-1"],
    ["--url", "localhost:3000"],
    ["--url", "ftp://localhost"],
    ["--token", ""],
  ])("names the wrong argument %s=%s and what is expected", (name, value) => {
    const problems = problemsOf([...NEEDED, `${name}=${value}`]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name} expects`));
  });

  it("names everything that is missing at once", () => {
    expect(problemsOf([])).toHaveLength(2);
  });

  it("names an option that does not exist", () => {
    expect(problemsOf([...NEEDED, "--speed", "1"])[0]).toMatch(/--speed/);
    expect(problemsOf([...NEEDED, "extra"])[0]).toMatch(/extra/);
  });
});
