import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { alertsOf } from "./alertmanager/alerts";
import { discordPayload } from "./discord/payload";
import { NOTIFICATION_KINDS, type Notification } from "./notification";
import { opsgenieCalls } from "./opsgenie/calls";
import { pagerDutyEvents } from "./pagerduty/events";
import { testNotification } from "./sample";
import { slackPayload } from "./slack/payload";
import { teamsPayload } from "./teams/payload";
import { webhookPayload } from "./webhook/payload";

const AT = Date.UTC(2026, 10, 23, 13, 5, 20);
const DELIVERY = "dlv_0123456789abcdefghjk";
const INCIDENT = "inc_0123456789abcdefghjk";

function message(overrides: Partial<Notification> = {}): Notification {
  const link = `https://k.example/incidents/${INCIDENT}`;
  return {
    ...testNotification({ channelName: "Ops", at: AT, zone: "UTC", link }),
    kind: "firing",
    severity: "critical",
    rule: { id: "rule_1", name: "Requests near the limit" },
    incident: { id: INCIDENT, startedAt: AT - 60_000 },
    subject: { kind: "key", name: "prod-chat-2", hint: "sk-…4f2a", provider: "openai" },
    links: { incident: link, acknowledge: "https://k.example/ack/a(b)c" },
    ...overrides,
  };
}

interface Loose {
  [field: string]: Loose;
  [index: number]: Loose;
}
const loose = (value: unknown) => value as Loose;

/** Every string within. */
function strings(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(strings) : [];
}

const HOSTILE =
  "<!channel> @everyone <@U1> [x](https://evil.example) *b* _i_ `c` ~s~ || https://evil.example \u202e <at>all</at> & # h";
const hostile = () =>
  message({
    subject: { kind: "key", name: HOSTILE, hint: HOSTILE, provider: HOSTILE },
    rule: { id: "rule_1", name: HOSTILE, description: HOSTILE },
    detail: HOSTILE,
    facts: Array.from({ length: 20 }, () => ({ label: HOSTILE, text: HOSTILE.repeat(20) })),
  });

describe("a message for people", () => {
  it.each([
    ["slack", slackPayload],
    ["teams", teamsPayload],
    ["discord", discordPayload],
  ])("in %s says state, key, value and threshold with units, reason and links", (_kind, payload) => {
    const said = strings(payload(message({ detail: "It grew." })))
      .join("\n")
      .replaceAll("\\", "");
    for (const part of [
      "Critical",
      "Threshold crossed",
      "prod-chat-2: 952 requests in 5 min (≥ 950)",
      "sk-…4f2a · openai",
      "It grew.",
      "Requests near the limit",
      "Mon, Nov 23, 2026, 13:05:20 UTC",
      `https://k.example/incidents/${INCIDENT}`,
      "https://k.example/ack/a",
      "Acknowledge",
    ]) {
      expect(said).toContain(part);
    }
    const over = strings(payload(message({ kind: "resolved" }))).join("\n");
    expect(over).toContain("Back to normal");
    expect(over).not.toContain("/ack/");
  });
});

describe("hostile names", () => {
  it("are literal in slack: nothing of them is parsed", () => {
    const payload = loose(slackPayload(hostile()));
    expect(payload.text).toMatch(/&lt;!channel&gt;/);
    expect(JSON.stringify([payload.text, payload.attachments?.[0]?.fallback])).not.toMatch(/[<>]/);
    expect(JSON.stringify(payload)).not.toContain("mrkdwn");
    const blocks = JSON.parse(
      JSON.stringify([payload.blocks, payload.attachments?.[0]?.blocks]),
    ) as Loose[][];
    for (const block of blocks.flat()) {
      expect(block?.type).toBe("rich_text");
      for (const element of Object.values(block?.elements?.[0]?.elements ?? {})) {
        expect(["text", "link"]).toContain(element.type);
      }
    }
  });

  it("mention nobody in discord, and are escaped", () => {
    const payload = loose(discordPayload(hostile()));
    expect(payload.allowed_mentions).toEqual({ parse: [] });
    const own = strings([payload.content, payload.embeds?.[0]?.description, payload.embeds?.[0]?.fields])
      .join("\n")
      .replace(/\*\*Critical\*\*/, "")
      .replace(/\[(Open incident|Acknowledge)\]\([^)]*\)/g, "")
      .replace(/\\./gs, "");
    expect(own).not.toMatch(/[*_`~|<>[\]()@:]/);
  });

  it("stand in text runs in teams", () => {
    const card = loose(teamsPayload(hostile())).attachments?.[0]?.content;
    const walk = (value: unknown): void => {
      if (typeof value !== "object" || value === null) return;
      if ("text" in value) expect(value).toMatchObject({ type: "TextRun" });
      for (const inner of Object.values(value)) walk(inner);
    };
    walk(card);
  });

  it("have no marks that reorder or hide text anywhere", () => {
    for (const payload of [
      slackPayload(hostile()),
      teamsPayload(hostile()),
      discordPayload(hostile()),
      pagerDutyEvents(hostile(), "key", DELIVERY),
      opsgenieCalls(hostile(), DELIVERY),
      alertsOf(hostile()),
    ]) {
      expect(JSON.stringify(payload)).not.toContain("\u202e");
    }
  });
});

describe("the limits of each provider", () => {
  it("hold whatever the names and values", () => {
    const text = fc.oneof(fc.string({ unit: "grapheme", maxLength: 600 }), fc.constant("🔑@*".repeat(500)));
    const arbitrary = fc.record({
      name: fc.option(text),
      text,
      kind: fc.constantFrom(...NOTIFICATION_KINDS),
      value: fc.option(fc.double({ noNaN: true })),
    });
    fc.assert(
      fc.property(arbitrary, ({ name, text: words, kind, value }) => {
        const n = message({
          kind,
          value,
          subject: { kind: "key", name, hint: words, provider: words },
          rule: { id: "rule_1", name: words, description: words },
          detail: words,
          facts: Array.from({ length: 12 }, () => ({ label: words, text: words })),
        });
        const slack = loose(slackPayload(n));
        expect(String(slack.text).length).toBeLessThanOrEqual(2_000);
        expect(JSON.stringify(slack).length).toBeLessThan(30_000);
        expect(Buffer.byteLength(JSON.stringify(teamsPayload(n)))).toBeLessThan(28_000);

        const discord = loose(discordPayload(n));
        expect(String(discord.content).length).toBeLessThanOrEqual(2_000);
        const embed = discord.embeds?.[0];
        expect(String(embed?.title).length).toBeLessThanOrEqual(256);
        expect(String(embed?.description).length).toBeLessThanOrEqual(4_096);
        const fields = Object.values(embed?.fields ?? {}).map((field) => [
          String(field.name),
          String(field.value),
        ]);
        expect(fields.length).toBeLessThanOrEqual(25);
        for (const [label = "", shown = ""] of fields) {
          expect(label.length).toBeLessThanOrEqual(256);
          expect(shown.length).toBeLessThanOrEqual(1_024);
          expect(label === "" || shown === "").toBe(false);
        }
        const footer = String(embed?.footer?.text);
        const all = [embed?.title, embed?.description, footer, ...fields.flat()].map(String).join("");
        expect(all.length).toBeLessThanOrEqual(6_000);

        for (const event of pagerDutyEvents(n, "key", DELIVERY).map(loose)) {
          expect(String(event.payload?.summary ?? "").length).toBeLessThanOrEqual(1_024);
          expect(JSON.stringify(event).length).toBeLessThan(500_000);
        }
        for (const { body } of opsgenieCalls(n, DELIVERY)) {
          const { message: title, entity, description, note } = loose(body);
          expect(String(title ?? "").length).toBeLessThanOrEqual(130);
          expect(String(entity ?? "").length).toBeLessThanOrEqual(512);
          expect(String(description ?? note ?? "").length).toBeLessThanOrEqual(15_000);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe("an incident's steps", () => {
  const actions = (kind: Notification["kind"]) =>
    pagerDutyEvents(message({ kind }), "key", DELIVERY).map((event) => loose(event).event_action);
  const calls = (kind: Notification["kind"]) =>
    opsgenieCalls(message({ kind }), DELIVERY).map(({ method, path }) => `${method} ${path}`);
  const on = (action: string) => `/${INCIDENT}/${action}?identifierType=alias`;

  it.each<[Notification["kind"], string[], string[]]>([
    ["firing", ["trigger"], ["POST "]],
    ["no_data", ["trigger"], ["POST "]],
    ["escalated", ["trigger"], ["POST ", `PUT ${on("priority")}`, `PUT ${on("message")}`]],
    ["downgraded", ["trigger"], ["POST ", `PUT ${on("priority")}`, `PUT ${on("message")}`]],
    ["reminder", ["trigger"], ["POST "]],
    ["flapping", ["trigger"], ["POST "]],
    ["acknowledged", ["acknowledge"], [`POST ${on("acknowledge")}`]],
    ["resolved", ["resolve"], [`POST ${on("close")}`]],
    ["channel_failing", ["trigger", "resolve"], ["POST ", `POST ${on("close")}`]],
    ["digest", ["trigger", "resolve"], ["POST ", `POST ${on("close")}`]],
    ["fired_and_recovered", ["trigger", "resolve"], ["POST ", `POST ${on("close")}`]],
    ["test", ["trigger", "resolve"], ["POST ", `POST ${on("close")}`]],
  ])("%s: PagerDuty %j, Opsgenie %j", (kind, events, requests) => {
    expect(actions(kind)).toEqual(events);
    expect(calls(kind)).toEqual(requests);
    for (const event of pagerDutyEvents(message({ kind }), "key", DELIVERY)) {
      expect(event).toMatchObject({ routing_key: "key", dedup_key: INCIDENT });
    }
  });

  it("use the delivery where there is no incident", () => {
    const test = message({ kind: "test", incident: null });
    expect(loose(pagerDutyEvents(test, "key", DELIVERY)[0]).dedup_key).toBe(DELIVERY);
  });

  it("begin and end alerts of Alertmanager with the same labels", () => {
    const spans = (
      kind: Notification["kind"],
      rest: Partial<Notification> = {},
      ...earlier: Notification[]
    ) =>
      alertsOf(message({ kind, ...rest }), earlier).map(({ labels, startsAt, endsAt }) => [
        labels.severity,
        Date.parse(startsAt) - AT,
        Math.sign(Date.parse(endsAt) - AT),
      ]);
    expect(spans("firing")).toEqual([["critical", -60_000, 1]]);
    expect(spans("reminder")).toEqual([["critical", -60_000, 1]]);
    const warned = message({ severity: "warning" });
    expect(spans("escalated", {}, warned)).toEqual([
      ["warning", -60_000, 0],
      ["critical", -60_000, 1],
    ]);
    expect(spans("downgraded", { severity: "warning" }, warned, message({ kind: "escalated" }))).toEqual([
      ["critical", -60_000, 0],
      ["warning", -60_000, 1],
    ]);
    expect(spans("resolved", {}, message())).toEqual([["critical", -60_000, 0]]);
    expect(spans("resolved")).toEqual([["critical", -60_000, 0]]);
    const [firing] = alertsOf(message());
    const [resolved] = alertsOf(message({ kind: "resolved", value: 3 }));
    expect(resolved?.labels).toEqual(firing?.labels);
    expect(firing).toMatchObject({
      labels: {
        alertname: "Requests near the limit",
        severity: "critical",
        key: "prod-chat-2",
        provider: "openai",
      },
      annotations: { summary: "prod-chat-2: 952 requests in 5 min (≥ 950)", incident: INCIDENT },
    });
  });

  it("end what an incident was before it was shared, or renamed", () => {
    const own = message({ incident: { id: "inc_of_one_key", startedAt: AT - 90_000 } });
    const shared = message({
      kind: "escalated",
      subject: { kind: "keys", provider: "openai", count: 3, names: ["prod-chat-2"] },
    });
    expect(pagerDutyEvents(shared, "key", DELIVERY, [own, message()])).toMatchObject([
      { event_action: "resolve", dedup_key: "inc_of_one_key" },
      { event_action: "trigger", dedup_key: INCIDENT },
    ]);
    expect(
      opsgenieCalls(shared, DELIVERY, [own])
        .slice(0, 2)
        .map(({ path }) => path),
    ).toEqual(["/inc_of_one_key/close?identifierType=alias", ""]);
    const alerts = alertsOf(shared, [own, own]);
    expect(alerts.map(({ labels }) => labels.key)).toEqual(["prod-chat-2", undefined]);
    expect(alerts[0]).toMatchObject({ labels: alertsOf(own)[0]?.labels, endsAt: new Date(AT).toISOString() });
  });

  it("are events of a webhook, with a body that does not change between attempts", () => {
    for (const kind of NOTIFICATION_KINDS) {
      const body = loose(webhookPayload(message({ kind }), DELIVERY));
      expect(body.type).toMatch(/^(channel\.(test|failing)|incident\.\w+)$/);
      expect(JSON.stringify(webhookPayload(message({ kind }), DELIVERY))).toBe(JSON.stringify(body));
    }
  });
});
