import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { METRIC_NAMES } from "@/lib/domain/usage/metric";
import { NOTIFICATION_KINDS, type Notification } from "../notification";
import { testNotification } from "../sample";
import { septets } from "./gsm";
import { reference, renderSms, SEGMENT } from "./render";

const AT = Date.UTC(2026, 10, 23, 13, 5, 20);
const DELIVERY = "dlv_0123456789abcdefghjk";
const LINK = "https://keygauge.example.com/incidents/inc_0123456789abcdefghjk";

const firing: Notification = {
  ...testNotification({ channelName: "On call", at: AT, zone: "Europe/Berlin", link: LINK }),
  kind: "firing",
  severity: "critical",
  incident: { id: "inc_0123456789abcdefghjk", startedAt: AT },
  subject: { kind: "key", name: "prod-chat-2", hint: "sk-…4f2a", provider: "openai" },
};

describe("renderSms", () => {
  it("says state, key, reading, condition, time, reference and link, in this order", () => {
    expect(renderSms(firing, DELIVERY)).toBe(
      `CRITICAL prod-chat-2: 952 requests in 5 min (>= 950) 14:05 UTC+1 #DEFGHJK ${LINK}`,
    );
  });

  it("adds what else is known as far as it fits whole, before the time", () => {
    const facts = [
      { label: "Limit", text: "952 of 1,000" },
      { label: "Resets", text: "Tue, Nov 24, 2026, 00:00:00 UTC+1" },
    ];
    expect(renderSms({ ...firing, facts }, DELIVERY)).toBe(
      `CRITICAL prod-chat-2: 952 requests in 5 min (>= 950), limit 952 of 1,000 14:05 UTC+1 #DEFGHJK ${LINK}`,
    );
    const longer = [{ label: "Limit", text: "952 of 1,000 requests" }];
    expect(renderSms({ ...firing, facts: longer }, DELIVERY)).toBe(
      `CRITICAL prod-chat-2: 952 requests in 5 min (>= 950), limit 952 of 1,000 requests #DEFGHJK ${LINK}`,
    );
    const subject = { kind: "key", name: "n".repeat(60), hint: "sk-…4f2a", provider: null } as const;
    expect(renderSms({ ...firing, subject, facts }, DELIVERY)).not.toContain("limit");
  });

  it("says what a resolution is, and marks a repeat", () => {
    const resolved: Notification = { ...firing, kind: "resolved", value: 310 };
    expect(renderSms(resolved, DELIVERY, { repeat: true })).toBe(
      `RESOLVED prod-chat-2: 310 requests in 5 min 14:05 UTC+1 (repeat) #DEFGHJK ${LINK}`,
    );
  });

  it("says of a channel's test that it arrives, and shows a rule's as its alerts read", () => {
    const test = testNotification({ channelName: "On call", at: AT, zone: "Europe/Berlin", link: LINK });
    expect(renderSms(test, DELIVERY)).toBe(`TEST Keygauge reaches this number #DEFGHJK ${LINK}`);
    expect(renderSms({ ...test, rule: { id: "rule_1", name: "Busy" } }, DELIVERY)).toBe(
      `TEST example-key: 952 requests in 5 min (>= 950) 14:05 UTC+1 #DEFGHJK ${LINK}`,
    );
  });

  it("cuts a long name before anything else", () => {
    const subject = { kind: "key", name: "n".repeat(300), hint: "sk-…4f2a", provider: null } as const;
    const text = renderSms({ ...firing, subject }, DELIVERY);
    expect(text).toMatch(/^CRITICAL n{10,}\.\.: 952 requests in 5 min \(>= 950\).* #DEFGHJK https:/);
    expect(text.endsWith(LINK)).toBe(true);
  });

  it("names the masked key where the alphabet cannot write the name", () => {
    const subject = { kind: "key", name: "ключ", hint: "sk-…4f2a", provider: null } as const;
    expect(renderSms({ ...firing, subject }, DELIVERY)).toMatch(/^CRITICAL sk-\.\.\.4f2a: /);
  });

  it("leaves out a link that is too long or not one for a browser", () => {
    for (const incident of [`${LINK}/${"x".repeat(100)}`, "javascript:alert(1)"]) {
      expect(renderSms({ ...firing, links: { incident } }, DELIVERY)).toMatch(/ #DEFGHJK$/);
    }
  });

  it("is one segment with state, reference and link, whatever the names and values", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 400 }),
      fc.string({ unit: fc.constantFrom("€", "{", "W", "ж", "🔑") }),
    );
    const links = fc
      .integer({ min: 0, max: 60 })
      .map((n) => `https://${"h".repeat(n + 1)}.example/incidents/inc_0123456789abcdefghjk`);
    const arbitrary = fc.record({
      name: fc.option(text),
      hint: text,
      detail: fc.option(text, { nil: undefined }),
      window: fc.oneof(fc.constantFrom(null, "5m", "calendar_month"), text),
      kind: fc.constantFrom(...NOTIFICATION_KINDS),
      metric: fc.constantFrom(...METRIC_NAMES),
      value: fc.option(fc.double({ noNaN: true })),
      threshold: fc.option(fc.double({ min: 0, noNaN: true })),
      link: links,
      repeat: fc.boolean(),
    });
    fc.assert(
      fc.property(arbitrary, ({ name, hint, link, repeat, ...facts }) => {
        const subject = { kind: "key", name, hint, provider: null } as const;
        const sms = renderSms({ ...firing, ...facts, subject, links: { incident: link } }, DELIVERY, {
          repeat,
        });
        const width = septets(sms);
        expect(width).not.toBeNull();
        expect(width).toBeLessThanOrEqual(SEGMENT);
        expect(sms).toMatch(/^(CRITICAL|WARNING|RESOLVED|NO DATA|FLAPPING|FAILING|ACKNOWLEDGED|TEST) \S/);
        expect(sms).toContain(`${repeat ? " (repeat)" : ""} #DEFGHJK`);
        expect(sms.endsWith(link)).toBe((septets(link) ?? 0) <= 100);
      }),
      { numRuns: 500 },
    );
  });
});

describe("reference", () => {
  it("is the same for a delivery at each attempt", () => {
    expect(reference(DELIVERY)).toBe("#DEFGHJK");
  });
});
