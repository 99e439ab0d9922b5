import { contentOf } from "../content";
import { detailsOf } from "../facts";
import { formerKeys, incidentKey, stepOf } from "../lifecycle";
import type { Notification } from "../notification";
import { plainLine } from "../plain";
import { headline, stateWord, subjectName } from "../words";

/** https://developer.pagerduty.com/docs/send-alert-event: a summary has at most 1,024 characters. */
const SUMMARY = 1_000;

/** The events of the Events API v2 that a message stands for, in their order; each is safe to repeat. */
export function pagerDutyEvents(
  n: Notification,
  routingKey: string,
  deliveryId: string,
  earlier: readonly Notification[] = [],
): object[] {
  const closed = formerKeys(n, earlier).map((key) => ({
    routing_key: routingKey,
    dedup_key: key,
    event_action: "resolve",
  }));
  return [...closed, ...ownEvents(n, routingKey, deliveryId)];
}

function ownEvents(n: Notification, routingKey: string, deliveryId: string): object[] {
  const base = { routing_key: routingKey, dedup_key: incidentKey(n, deliveryId) };
  const trigger = { ...base, event_action: "trigger", ...triggerOf(n) };
  switch (stepOf(n)) {
    case "trigger":
      return [trigger];
    case "acknowledge":
      return [{ ...base, event_action: "acknowledge" }];
    case "resolve":
      return [{ ...base, event_action: "resolve" }];
    case "both":
      return [trigger, { ...base, event_action: "resolve" }];
  }
}

function triggerOf(n: Notification): object {
  const { buttons } = contentOf(n);
  const { subject } = n;
  return {
    payload: {
      summary: plainLine(`[${stateWord(n)}] ${headline(n, 300)}`, SUMMARY),
      source: subjectName(subject),
      severity: stepOf(n) === "both" ? "info" : (n.severity ?? "warning"),
      timestamp: new Date(n.at).toISOString(),
      ...(subject.kind === "key" && subject.provider !== null
        ? { component: plainLine(subject.provider, 120) }
        : {}),
      group: plainLine(n.rule.name, 200),
      class: n.metric,
      custom_details: detailsOf(n),
    },
    client: "Keygauge",
    ...(buttons[0] === undefined ? {} : { client_url: buttons[0].link }),
    links: buttons.map(({ text, link }) => ({ href: link, text })),
  };
}
