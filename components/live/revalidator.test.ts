import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Revalidator } from "./revalidator";

type Answer = { at: number };

let answers: Answer[];
let status: number;
let fetched: number[];
let seen: Answer[];
let failures: (string | null)[];
let revalidator: Revalidator<Answer>;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  answers = [];
  status = 200;
  fetched = [];
  seen = [];
  failures = [];
  revalidator = new Revalidator<Answer>({
    url: "/data",
    onData: (data) => seen.push(data),
    onFailure: (message) => failures.push(message),
    fetch: async () => {
      fetched.push(Date.now() - 1_000_000);
      const body =
        status === 200
          ? (answers.shift() ?? { at: Date.now() })
          : { detail: "The database does not answer." };
      return new Response(JSON.stringify(body), { status });
    },
  });
});
afterEach(() => {
  revalidator.close();
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe("Revalidator", () => {
  it("fetches at once when touched", async () => {
    revalidator.touch(Date.now());
    await pass(0);
    expect(fetched).toEqual([0]);
    expect(seen).toHaveLength(1);
  });

  it("fetches at most once a second however often it is touched, and after the last touch", async () => {
    for (let i = 0; i < 25; i++) {
      revalidator.touch(Date.now());
      await pass(100);
    }
    await pass(2_000);
    expect(fetched).toEqual([0, 1_000, 2_000, 3_000].slice(0, fetched.length));
    expect(fetched.length).toBeGreaterThanOrEqual(3);
    expect(seen.at(-1)?.at).toBeGreaterThanOrEqual(1_000_000 + 2_400);
  });

  it("fetches again until the data is as new as the touch", async () => {
    const now = Date.now();
    answers = [{ at: now - 500 }, { at: now - 200 }, { at: now + 10 }];
    revalidator.touch(now);
    await pass(5_000);
    expect(fetched).toEqual([0, 1_000, 2_000]);
  });

  it("fetches now and then without being touched", async () => {
    await pass(25_000);
    expect(fetched).toEqual([10_000, 20_000]);
  });

  it("says why it failed, tries again, and says when it is over", async () => {
    status = 503;
    revalidator.touch(Date.now());
    await pass(0);
    expect(failures).toEqual(["The database does not answer."]);
    status = 200;
    await pass(3_000);
    expect(failures.at(-1)).toBeNull();
    expect(seen).toHaveLength(1);
  });

  it("stops when it is closed", async () => {
    revalidator.close();
    revalidator.touch(Date.now());
    await pass(30_000);
    expect(fetched).toEqual([]);
  });
});
