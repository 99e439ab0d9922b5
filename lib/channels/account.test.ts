import { describe, expect, it } from "vitest";
import { type AccountLimit, accountFacts, type KeyAccount } from "./account";

const NOW = Date.UTC(2026, 10, 26, 21, 26, 10);
const MIDNIGHT = Date.UTC(2026, 10, 26, 23);
const ZONE = "Europe/Berlin";

const LIMIT: AccountLimit = {
  metric: "requests",
  window: "calendar_day",
  amount: 30,
  used: 25,
  usedFraction: 25 / 30,
  resetsAt: MIDNIGHT,
  secondsToExhaustion: null,
  runsOutBeforeReset: false,
};

function facts(changes: Partial<KeyAccount> = {}): Record<string, string> {
  const account: KeyAccount = {
    name: null,
    status: { state: "at_risk", why: "limit_nearly_used", until: null },
    limit: LIMIT,
    error: null,
    ...changes,
  };
  return Object.fromEntries(accountFacts(account, NOW, ZONE).map(({ label, text }) => [label, text]));
}

describe("accountFacts", () => {
  it("says which limit it is, and when it is whole again", () => {
    expect(facts()).toEqual({
      Limit: "25 of 30 requests a day",
      Resets: "Fri, Nov 27, 2026, 00:00:00 UTC+1",
    });
  });

  it("says when the limit runs dry, if that comes before its reset", () => {
    const limit = { ...LIMIT, secondsToExhaustion: 250.4, runsOutBeforeReset: true };
    expect(facts({ limit })).toMatchObject({ "Runs dry": "about 22:30, in 4 min 10 s at the present rate" });
    expect(facts({ limit: { ...limit, runsOutBeforeReset: false } })).not.toHaveProperty("Runs dry");
  });

  it("says of a limit that is used up when it is back, once", () => {
    const limit = {
      ...LIMIT,
      used: 31,
      usedFraction: 31 / 30,
      secondsToExhaustion: 0,
      runsOutBeforeReset: true,
    };
    expect(facts({ limit })).toEqual({
      Limit: "31 of 30 requests a day",
      "Whole again": "Fri, Nov 27, 2026, 00:00:00 UTC+1",
    });
    const status = { state: "exhausted", why: "quota_spent", until: MIDNIGHT } as const;
    expect(facts({ limit, status })).toEqual({
      Why: "Its quota is spent, back at Nov 27, 00:00",
      Limit: "31 of 30 requests a day",
    });
  });

  it("says why calls fail, and nothing of a state in which they do not", () => {
    const until = NOW + 40_000;
    const status = { state: "throttled", why: "cooling_down", until } as const;
    expect(facts({ status, limit: null })).toEqual({ Why: "Cooling down after a rate limit, back at 22:26" });
    const refused = { state: "unauthorized", why: "key_refused", until: null } as const;
    expect(facts({ status: refused, limit: null })).toEqual({ Why: "The provider refuses the key" });
    const healthy = { state: "ok", why: "healthy", until: null } as const;
    expect(facts({ status: healthy, limit: null })).toEqual({});
  });

  it("names the latest error with what is known of it", () => {
    const error = { at: NOW - 3_000, status: 429, what: "rate_limit_exceeded", model: "gpt-5", route: null };
    expect(facts({ error })["Latest error"]).toBe("429 rate_limit_exceeded, gpt-5, 22:26:07");
    const unsaid = { ...error, status: 0, what: "timeout", model: null };
    expect(facts({ error: unsaid })["Latest error"]).toBe("timeout, 22:26:07");
  });

  it("names the key of several that is nearest to its end, in one printable line", () => {
    expect(facts({ name: "batch\u202e\nembed" })["Nearest to its end"]).toMatch(/^batch\s?embed$/);
  });

  it("leaves a span that no provider named to the word", () => {
    expect(facts({ limit: { ...LIMIT, window: null, resetsAt: null } })).toEqual({
      Limit: "25 of 30 requests per window",
    });
  });
});
