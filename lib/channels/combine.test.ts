import { describe, expect, it } from "vitest";
import { combine } from "./combine";

const sent = (to: string) => ({ to, outcome: "sent", providerId: `id-${to}`, response: "ok" }) as const;
const permanent = (to: string) => ({ to, outcome: "permanent", error: "no such mailbox" }) as const;
const busy = (to: string, retryAfterS?: number) =>
  ({ to, outcome: "not_sent", error: "busy", retryAfterS }) as const;
const unknown = (to: string) => ({ to, outcome: "ambiguous", error: "timeout" }) as const;

describe("combine", () => {
  it("is sent when everybody who can be reached was", () => {
    expect(combine([], [sent("a")])).toMatchObject({ outcome: "sent", providerId: "id-a", response: "ok" });
    const partly = combine([], [permanent("a"), sent("b")]);
    expect(partly).toMatchObject({ outcome: "sent", reached: [{ to: "b" }] });
    expect(partly.response).toContain("a: no answer");
  });

  it("is permanent when nobody can be reached", () => {
    expect(combine([], [permanent("a")])).toMatchObject({ outcome: "permanent", error: "no such mailbox" });
    expect(combine([], [])).toMatchObject({ outcome: "permanent" });
  });

  it("keeps who was reached for the retry of the others", () => {
    const first = combine([], [sent("a"), busy("b", 5), busy("c", 9)]);
    expect(first).toMatchObject({ outcome: "not_sent", retryAfterS: 9, error: "b: busy; c: busy" });
    expect(first.reached).toEqual([{ to: "a", providerId: "id-a" }]);
    const second = combine(first.reached, [sent("b"), permanent("c")]);
    expect(second).toMatchObject({ outcome: "sent", providerId: "id-a" });
    expect(second.reached.map(({ to }) => to)).toEqual(["a", "b"]);
  });

  it("is ambiguous as soon as one is", () => {
    expect(combine([], [sent("a"), unknown("b"), busy("c")])).toMatchObject({
      outcome: "ambiguous",
      error: "b: timeout",
    });
  });
});
