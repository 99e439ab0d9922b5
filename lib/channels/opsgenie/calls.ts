import { contentOf } from "../content";
import { detailsOf } from "../facts";
import { formerKeys, incidentKey, stepOf } from "../lifecycle";
import type { Notification } from "../notification";
import { plainLine, plainUnits } from "../plain";
import { headline, stateWord, subjectName } from "../words";

export interface OpsgenieCall {
  method: "POST" | "PUT";
  /** Below `/v2/alerts`. */
  path: string;
  body: object;
}

// https://docs.opsgenie.com/docs/alert-api: message 130, entity 512, description 15,000, each detail 8,000 characters.
const MESSAGE = 130;
const SOURCE = "Keygauge";

/** The calls of the Alert API that a message stands for, in their order; each is safe to repeat. */
export function opsgenieCalls(
  n: Notification,
  deliveryId: string,
  earlier: readonly Notification[] = [],
): OpsgenieCall[] {
  return [...formerKeys(n, earlier).map((alias) => closing(n, alias)), ...ownCalls(n, deliveryId)];
}

const pathOf = (alias: string, action: string): string =>
  `/${encodeURIComponent(alias)}/${action}?identifierType=alias`;

function closing(n: Notification, alias: string): OpsgenieCall {
  const note = plainLine(headline(n), 500);
  return { method: "POST", path: pathOf(alias, "close"), body: { source: SOURCE, note } };
}

function ownCalls(n: Notification, deliveryId: string): OpsgenieCall[] {
  const alias = incidentKey(n, deliveryId);
  const on = (action: string) => pathOf(alias, action);
  const create: OpsgenieCall = { method: "POST", path: "", body: alertOf(n, alias) };
  const close = closing(n, alias);
  switch (stepOf(n)) {
    case "trigger":
      if (n.kind !== "escalated" && n.kind !== "downgraded") return [create];
      // An alert that is open is only counted by another one of its alias.
      return [
        create,
        { method: "PUT", path: on("priority"), body: { priority: priorityOf(n) } },
        { method: "PUT", path: on("message"), body: { message: messageOf(n) } },
      ];
    case "acknowledge":
      return [{ method: "POST", path: on("acknowledge"), body: { source: SOURCE, note: noteOf(n) } }];
    case "resolve":
      return [close];
    case "both":
      return [create, close];
  }
}

function alertOf(n: Notification, alias: string): object {
  const { buttons, note } = contentOf(n);
  const links = buttons.map(({ text, link }) => `${text}: ${link}`);
  return {
    message: messageOf(n),
    alias,
    description: [headline(n), note, ...links].filter((line) => line !== "").join("\n"),
    entity: subjectName(n.subject),
    source: SOURCE,
    priority: priorityOf(n),
    tags: ["keygauge", n.metric],
    details: detailsOf(n),
  };
}

const messageOf = (n: Notification): string => plainUnits(`[${stateWord(n)}] ${headline(n)}`, MESSAGE);

const noteOf = (n: Notification): string => plainLine(n.detail ?? "Acknowledged in Keygauge", 500);

function priorityOf(n: Notification): "P1" | "P3" | "P5" {
  if (stepOf(n) === "both") return "P5";
  return n.severity === "critical" ? "P1" : "P3";
}
