import { clean, type Safe } from "./fields";

const MAX_NAME = 100;
const MAX_TEXT = 512;
/** What stands in JSON as it is. */
const PLAIN = /^[ !#-[\]-~]*$/;
const isPlain = (text: string, most: number) => text.length <= most && PLAIN.test(text);

/**
 * An event's tags, an object's entries, as JSON text: without its raw key, cut and cleaned; of names that are alike then the
 * last stands.
 */
export function tagsJson(tags: readonly (readonly [name: string, text: string])[], safe: Safe): string {
  const safely = tags.map(([name, text]) => [safe(name), safe(text)] as const);
  // Nearly all tags need neither a cut nor an escape, and this runs for every event.
  if (safely.every(([name, text]) => isPlain(name, MAX_NAME) && isPlain(text, MAX_TEXT)))
    return `{${safely.map(([name, text]) => `"${name}":"${text}"`).join(",")}}`;
  return JSON.stringify(
    Object.fromEntries(
      safely.map(([name, text]) => [clean(name.slice(0, MAX_NAME)), clean(text.slice(0, MAX_TEXT))]),
    ),
  );
}
