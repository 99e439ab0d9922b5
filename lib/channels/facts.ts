import { contentOf } from "./content";
import type { Notification } from "./notification";
import { conditionText, reading } from "./words";

/** What a message says as names and texts, for systems that show a table. */
export function detailsOf(n: Notification): Record<string, string> {
  const content = contentOf(n);
  const details: Record<string, string> = {
    Happened: content.happened,
    Subject: content.name,
    ...(content.detail === "" ? {} : { Key: content.detail }),
    Value: reading(n),
    Threshold: conditionText(n),
    ...Object.fromEntries(content.facts.map(({ label, text }) => [label, text])),
    Note: content.note,
  };
  return Object.fromEntries(Object.entries(details).filter(([, text]) => text !== ""));
}
