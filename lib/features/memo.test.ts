import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Memos } from "./memo";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance", "setTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A read that takes so long, and gives how often it was made. */
function reading(tookMs: number) {
  const memos = new Memos();
  let count = 0;
  const load = vi.fn(async () => {
    const own = ++count;
    await new Promise((resolve) => setTimeout(resolve, tookMs));
    return own;
  });
  return { load, read: (keepMs?: number, fastMs?: number) => memos.read("name", load, keepMs, fastMs) };
}

describe("a read that others want too", () => {
  it("is made once for all who ask while it is under way", async () => {
    const { load, read } = reading(10);
    const asked = [read(), read()];
    await vi.advanceTimersByTimeAsync(10);
    expect(await Promise.all(asked)).toEqual([1, 1]);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it("is made anew each time when it is fast", async () => {
    const { read } = reading(10);
    void read();
    await vi.advanceTimersByTimeAsync(10);
    const second = read();
    await vi.advanceTimersByTimeAsync(10);
    expect(await second).toBe(2);
  });

  it("serves for eight times as long when it was slow, then for as long again while it is renewed", async () => {
    const { load, read } = reading(200);
    void read();
    await vi.advanceTimersByTimeAsync(200 + 1_599);
    expect(await read()).toBe(1);
    expect(load).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(await read()).toBe(1);
    expect(await read()).toBe(1);
    expect(load).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(200);
    expect(await read()).toBe(2);
  });

  it("is waited for when what is there is too old", async () => {
    const { read } = reading(200);
    void read();
    await vi.advanceTimersByTimeAsync(200 + 3_200);
    const late = read();
    await vi.advanceTimersByTimeAsync(200);
    expect(await late).toBe(2);
  });

  it("serves too when it was fast, where that was asked for", async () => {
    const { load, read } = reading(10);
    void read(0, 0);
    await vi.advanceTimersByTimeAsync(10 + 79);
    expect(await read(0, 0)).toBe(1);
    expect(load).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(await read(0, 0)).toBe(1);
    expect(load).toHaveBeenCalledTimes(2);
  });

  it("serves for as long as asked for at least", async () => {
    const { load, read } = reading(10);
    void read(30_000);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await read(30_000)).toBe(1);
    expect(load).toHaveBeenCalledTimes(1);
  });
});

describe("a read that fails", () => {
  it("fails for whoever asked, and is made anew for whoever asks next", async () => {
    const memos = new Memos();
    const load = vi.fn().mockRejectedValueOnce(new Error("gone")).mockResolvedValueOnce("there");
    await expect(memos.read("name", load)).rejects.toThrow("gone");
    expect(await memos.read("name", load)).toBe("there");
  });

  it("while it is renewed, leaves what was there to those who had asked, and is tried again", async () => {
    const memos = new Memos();
    const load = vi
      .fn()
      .mockResolvedValueOnce("first")
      .mockRejectedValueOnce(new Error("gone"))
      .mockResolvedValueOnce("second");
    expect(await memos.read("name", load, 1_000)).toBe("first");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await memos.read("name", load, 1_000)).toBe("first");
    await vi.advanceTimersByTimeAsync(0);
    expect(await memos.read("name", load, 1_000)).toBe("second");
  });
});
