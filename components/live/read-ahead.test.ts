import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ReadAhead } from "./read-ahead";

let asked: { url: string; signal: AbortSignal }[];
let ahead: ReadAhead;

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  ahead = new ReadAhead();
  vi.stubGlobal("fetch", async (url: string, { signal }: { signal: AbortSignal }) => {
    asked.push({ url, signal });
    return new Response(url);
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const taken = async (url: string, signal = new AbortController().signal) =>
  (await ahead.take(url, signal))?.text();

it("hands an answer over, once", async () => {
  ahead.ask("/a");
  expect(await taken("/a")).toBe("/a");
  expect(await taken("/a")).toBeUndefined();
});

it("asks once for what a press and its click both announce", () => {
  ahead.ask("/a");
  ahead.ask("/a");
  expect(asked.map(({ url }) => url)).toEqual(["/a"]);
});

it("has nothing for another address, and ends what was asked for when another is", async () => {
  ahead.ask("/a");
  expect(await taken("/b")).toBeUndefined();
  ahead.ask("/b");
  expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  expect(await taken("/a")).toBeUndefined();
  expect(await taken("/b")).toBe("/b");
});

it("keeps nothing for long", async () => {
  ahead.ask("/a");
  vi.advanceTimersByTime(2_000);
  expect(await taken("/a")).toBeUndefined();
});

it("is ended by whoever took it, and by its page's end", () => {
  const page = new AbortController();
  ahead.ask("/a");
  void ahead.take("/a", page.signal);
  ahead.close();
  expect(asked[0]?.signal.aborted).toBe(false);
  page.abort();
  expect(asked[0]?.signal.aborted).toBe(true);
  ahead.ask("/b");
  ahead.close();
  expect(asked[1]?.signal.aborted).toBe(true);
});
