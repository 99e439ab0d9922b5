import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Notification } from "../notification";
import { testNotification } from "../sample";
import { bars, sparkline } from "./bars";
import { renderEmail } from "./render";

const AT = Date.UTC(2026, 10, 23, 13, 5, 20);
const sample = testNotification({
  channelName: "Ops",
  at: AT,
  zone: "Europe/Berlin",
  link: "https://k.example/",
});
const firing: Notification = {
  ...sample,
  kind: "firing",
  severity: "critical",
  rule: { id: "rule_1", name: "Requests near the limit" },
  incident: { id: "inc_1", startedAt: AT },
  subject: { kind: "key", name: "prod-chat-2", hint: "sk-…4f2a", provider: "openai" },
  facts: [{ label: "Headroom", text: "48 requests, 4.8 %" }],
  links: {
    incident: "https://k.example/i",
    acknowledge: "https://k.example/a",
  },
};

describe("renderEmail", () => {
  it("puts state, name, reading and condition into the subject", () => {
    expect(renderEmail(firing).subject).toBe("[critical] prod-chat-2: 952 requests in 5 min (≥ 950)");
  });

  it("says the same in both parts", () => {
    const { html, text } = renderEmail(firing, "https://k.example/u");
    const shown = [
      "prod-chat-2",
      "sk-…4f2a · openai",
      "952 requests",
      "the rule fires at ≥ 950",
      "Requests near the limit",
      "Mon, Nov 23, 2026, 14:05:20 UTC+1",
      "48 requests, 4.8 %",
      "https://k.example/i",
      "https://k.example/a",
      "https://k.example/u",
      "Europe/Berlin",
    ];
    for (const part of shown) {
      expect(html).toContain(part);
      expect(text).toContain(part);
    }
    expect(text).toContain("▅▆▆▆▆▇▇▇███");
  });

  it("offers no acknowledgement of what is over, and says how long it lasted", () => {
    const incident = { id: "inc_1", startedAt: AT - 720_000, resolvedAt: AT };
    const { html, text } = renderEmail({ ...firing, kind: "resolved", value: 310, incident });
    expect(html + text).not.toContain("https://k.example/a");
    expect(text).toMatch(/Lasted: +12 min/);
  });

  it("calls a test a test", () => {
    const { subject, text, html } = renderEmail(sample);
    expect(subject).toBe("[test] Keygauge reaches this channel");
    for (const part of [text, html]) {
      expect(part).toContain("This is a test. The figures are made up");
      expect(part).toContain("because somebody tested this channel");
    }
    expect(text).toMatch(/Channel: Ops/);
  });

  it("gives the reason of a resolution instead of a value", () => {
    const { text } = renderEmail({
      ...firing,
      kind: "resolved",
      value: null,
      detail: "The key was deleted.",
    });
    expect(text).toContain("The key was deleted.");
    expect(text).not.toContain("no value");
  });

  it("has no chart without a series", () => {
    const { html, text } = renderEmail({ ...firing, series: undefined });
    expect(html).not.toContain('role="img"');
    expect(text).not.toMatch(/[▁-█]/);
  });

  it("lets no text of others become markup, a header or a line of its own", () => {
    const tags = (html: string) =>
      html
        .replace(/<!--.*?-->/gs, "")
        .match(/<[a-z/!][^>]*>/g)
        ?.map((tag) => tag.split(/[\s>]/)[0]);
    const expected = tags(renderEmail(firing).html);
    const text = fc.oneof(
      fc.string({ unit: "binary", minLength: 1, maxLength: 60 }),
      fc.constantFrom(
        "</td></table><script>alert(1)</script>",
        '" onload="x',
        "a\r\nBcc: b@c.d",
        "<!--",
        "\u202eevil",
        "W".repeat(10_000),
      ),
    );
    fc.assert(
      fc.property(text, (hostile) => {
        const mail = renderEmail({
          ...firing,
          rule: { id: "rule_1", name: `R${hostile}` },
          subject: { kind: "key", name: `N${hostile}`, hint: `H${hostile}`, provider: hostile },
          facts: [{ label: `L${hostile}`, text: `T${hostile}` }],
        });
        expect(tags(mail.html)).toEqual(expected);
        expect(mail.subject).not.toMatch(/[\p{Cc}\u202e]/u);
        expect(Array.from(mail.subject).length).toBeLessThanOrEqual(160);
        expect(mail.text.split("\n")).toHaveLength(renderEmail(firing).text.split("\n").length);
        expect(mail.html.length).toBeLessThan(60_000);
      }),
    );
  });

  it("drops links that are not for a browser", () => {
    const { html, text } = renderEmail({
      ...firing,
      links: { incident: "javascript:alert(1)", key: 'https://k.example/"><b>' },
    });
    expect(html + text).not.toContain("javascript:");
    expect(html).not.toContain('"><b>');
  });
});

describe("bars", () => {
  const series = (values: (number | null)[]) => values.map((value, index) => ({ at: index * 60_000, value }));
  const rule = { operator: ">=", threshold: 10 } as const;

  it("marks the values for which the rule holds, and the threshold's height", () => {
    const drawn = bars({ ...rule, series: series([5, 10, null, 20]) });
    expect(drawn?.bars.map(({ breach }) => breach)).toEqual([false, true, false, true]);
    expect(drawn?.bars[2]?.height).toBeNull();
    expect(drawn?.threshold).toBeCloseTo(10 / (20 * 1.12));
  });

  it("keeps the peak of what it draws as one bar, or the trough for rules on low values", () => {
    const values = Array.from({ length: 400 }, (_, index) => (index === 205 ? 99 : index === 305 ? 1 : 50));
    const heights = (operator: ">=" | "<") =>
      bars({ operator, threshold: 60, series: series(values) })?.bars ?? [];
    expect(heights(">=").length).toBeLessThanOrEqual(40);
    expect(heights(">=").filter(({ breach }) => breach)).toHaveLength(1);
    const lowest = Math.min(...heights("<").map(({ height }) => height ?? 1));
    expect(lowest).toBeCloseTo(1 / (60 * 1.12));
  });

  it("draws nothing of too little, and leaves a threshold far away to the words", () => {
    expect(bars({ ...rule, series: series([5]) })).toBeNull();
    expect(bars({ ...rule, series: series([null, null]) })).toBeNull();
    expect(bars({ ...rule, threshold: null, series: series([0, 0]) })).toBeNull();
    expect(bars({ ...rule, threshold: 1_000, series: series([5, 6]) })?.threshold).toBeNull();
  });

  it("fits one line of text", () => {
    const drawn = bars({ ...rule, series: series([0, 5, null, 10]) });
    expect(drawn && sparkline(drawn)).toBe("▁▅ █");
  });
});
