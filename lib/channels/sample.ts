import { MINUTE } from "@/lib/domain/usage/duration";
import type { Notification } from "./notification";

const REQUESTS = [
  412, 430, 455, 441, 470, 498, 520, 561, 540, 590, 633, 671, 702, 690, 745, 781, 823, 860, 905, 952,
];

const CHANNEL_TEST = "test";

/** Whether a message tests a channel; that of a rule's test reads like the rule's alerts. */
export function isChannelTest({ kind, rule }: Pick<Notification, "kind" | "rule">): boolean {
  return kind === "test" && rule.id === CHANNEL_TEST;
}

/** What the test button of a channel sends: a message that looks like a real one, with made-up figures. */
export function testNotification(input: {
  channelName: string;
  at: number;
  zone: string;
  link: string;
}): Notification {
  const { channelName, at, zone, link } = input;
  return {
    kind: "test",
    rule: { id: CHANNEL_TEST, name: channelName },
    incident: null,
    subject: { kind: "key", name: "example-key", hint: "sk-…4f2a", provider: "openai" },
    severity: null,
    metric: "requests",
    value: 952,
    operator: ">=",
    threshold: 950,
    window: "5m",
    at,
    zone,
    series: REQUESTS.map((value, index) => ({ at: at - (REQUESTS.length - 1 - index) * MINUTE, value })),
    links: { incident: link },
  };
}
