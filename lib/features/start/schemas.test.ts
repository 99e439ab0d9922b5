import { describe, expect, test } from "vitest";
import { doneSteps, type StartDto, startProgress } from "./schemas";

const NOTHING: StartDto = {
  source: null,
  key: null,
  limited: null,
  channel: null,
  rule: null,
  hidden: false,
};
const SOURCE = { id: "1", name: "kong", format: "kong", last_event_at: null };
const KEY = { id: "5", name: "prod-chat" };
const ALL: StartDto = {
  source: { ...SOURCE, last_event_at: "2026-11-26T10:00:00.000Z" },
  key: KEY,
  limited: KEY,
  channel: { id: "ch", name: "On call", tested: true },
  rule: { id: "rul", name: "Limit nearly used" },
  hidden: false,
};

describe("a step is done by what is there", () => {
  test.each<[string, Partial<StartDto>, string[]]>([
    ["nothing", {}, []],
    ["a source that has sent nothing", { source: SOURCE }, []],
    ["a source that sent", { source: ALL.source }, ["event"]],
    ["a key without a limit", { key: KEY }, []],
    ["a key with a limit", { key: KEY, limited: KEY }, ["limit"]],
    ["a channel nobody has tested", { channel: { id: "ch", name: "On call", tested: false } }, []],
    ["a channel whose test arrived", { channel: ALL.channel }, ["channel"]],
    ["a rule", { rule: ALL.rule }, ["rule"]],
  ])("%s", (_, part, expected) => {
    const done = doneSteps({ ...NOTHING, ...part });
    expect(Object.keys(done).filter((step) => done[step as keyof typeof done])).toEqual(expected);
  });
});

test("the console points to it until all is done or somebody has seen enough", () => {
  const progress = (start: StartDto) => startProgress({ hidden: start.hidden, done: doneSteps(start) });
  expect(progress(NOTHING)).toEqual({ done: 0, of: 4 });
  expect(progress({ ...ALL, rule: null })).toEqual({ done: 3, of: 4 });
  expect(progress({ ...ALL, rule: null, hidden: true })).toBeNull();
  expect(progress(ALL)).toBeNull();
  expect(startProgress({ hidden: true, done: null })).toBeNull();
});
