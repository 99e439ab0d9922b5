import { describe, expect, it } from "vitest";
import { timelineWords } from "./timeline-words";

const at = "2026-01-02T12:00:00.000Z";
const words = (entry: { kind: string; actor?: string | null; [field: string]: unknown }) =>
  timelineWords({ id: "ev_1", at, actor: null, ...entry }, "requests");

describe("an incident's timeline in words", () => {
  it("tells values with their units", () => {
    expect(words({ kind: "opened", severity: "warning", value: 952, threshold: 800 })).toEqual({
      title: "Fired: warning",
      detail: "952 requests, threshold 800 requests",
      tone: "warning",
      href: null,
    });
    expect(
      timelineWords(
        { id: "ev_1", at, actor: null, kind: "escalated", value: 0.5, threshold: 0.25 },
        "error_rate",
      ).detail,
    ).toBe("50 %, threshold 25 %");
  });

  it.each([
    [{ kind: "resolved", value: 12, threshold: 800 }, "Resolved", "12 requests, threshold 800 requests"],
    [{ kind: "resolved", value: null, reason: "vanished" }, "Resolved", "What it watched is gone"],
    [
      { kind: "resolved", value: null, reason: "vanished", detail: "The key was deleted." },
      "Resolved",
      "The key was deleted.",
    ],
    [{ kind: "acknowledged", actor: "Ana" }, "Acknowledged by Ana", null],
    [{ kind: "acknowledged", actor: null }, "Acknowledged", null],
    [{ kind: "opened", value: null, severity: "critical" }, "Fired: critical", null],
    [{ kind: "acknowledged", actor: "Ana", until: at, comment: "lunch" }, "Snoozed by Ana", "lunch"],
    [{ kind: "comment", actor: "Ana", text: "On it" }, "Comment by Ana", "On it"],
    [
      { kind: "escalation_step", step: 2, channels: ["Phone", "Boss"] },
      "Escalation, step 2",
      "To Phone, Boss",
    ],
    [
      { kind: "joined", severity: "warning", value: 12, threshold: 8 },
      "Another key fires",
      "12 requests, threshold 8 requests",
    ],
    [{ kind: "moved_house" }, "moved house", null],
  ])("%j", (entry, title, detail) => {
    expect(words(entry)).toMatchObject({ title, detail });
  });

  it("says that nobody was told where there was no channel", () => {
    const entry = { kind: "not_sent", notification: "firing", reason: "The rule has no channel." };
    expect(words(entry)).toEqual({
      title: "Firing: nobody was told",
      detail: "The rule has no channel.",
      tone: "neutral",
      href: null,
    });
  });

  it("leads from a message to its delivery and says why one was not sent", () => {
    const told = { delivery: "dlv_1", notification: "firing", channel_name: "Platform team" };
    expect(words({ kind: "notified", ...told, state: "sent", answer: "250 queued" })).toEqual({
      title: "Firing: told Platform team",
      detail: "250 queued",
      tone: "message",
      href: "/deliveries/dlv_1",
    });
    expect(words({ kind: "not_sent", ...told, state: "dead", reason: "550 no such user" })).toMatchObject({
      title: "Firing: Platform team was not told",
      detail: "550 no such user",
      tone: "trouble",
    });
  });
});
