import type { KindField } from "./kinds";
import { parseRecipients, recipientsText } from "./recipients";

type Config = Readonly<Record<string, unknown>>;

/** What a field shows of a stored configuration: everything but secrets. */
export function shownValue(field: KindField, config: Config): string {
  const value = config[field.name];
  if (field.type === "list") return recipientsText(Array.isArray(value) ? value.map(String) : []);
  return field.type === "url" && typeof value === "string" ? value : "";
}

/**
 * The configuration as the API takes it. A secret left empty is not sent: a stored one is kept, a new one made where that
 * is possible. An optional URL that was emptied is dropped.
 */
export function draftConfig(
  fields: readonly KindField[],
  typed: (name: string) => string,
  stored: Config,
): Record<string, unknown> {
  const entries = fields.flatMap((field): [string, unknown][] => {
    const text = typed(field.name).trim();
    if (field.type === "list") return [[field.name, parseRecipients(text)]];
    if (text !== "") return [[field.name, text]];
    if (field.type === "secret") return [];
    if (field.optional) return stored[field.name] === undefined ? [] : [[field.name, null]];
    return [[field.name, ""]];
  });
  return Object.fromEntries(entries);
}

/** Where a channel's messages go, in a line, as far as that may be shown. */
export function destinationOf(config: Config): string {
  if (Array.isArray(config.to)) return config.to.map(String).join(", ");
  const shown = config.url ?? config.routing_key ?? config.api_key;
  return typeof shown === "string" ? shown : "";
}
