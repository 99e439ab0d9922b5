// Controls, line separators, and the marks that reorder text or hide in it.
const UNPRINTABLE =
  /[\p{Cc}\p{Cs}\u2028\u2029\u200b\u200e\u200f\u061c\u202a-\u202e\u2060\u2066-\u2069\ufeff]+/gu;
// Marks above this many on one letter serve only to run over other lines.
const STACKED_MARKS = /(\p{M}{3})\p{M}+/gu;

/** Text of others as one printable line of at most `max` characters: what is cut is marked by `…`. */
export function plainLine(text: string, max: number): string {
  // Cut roughly first, so that a text of megabytes costs nothing.
  const line = text
    .slice(0, max * 8)
    .replace(UNPRINTABLE, " ")
    .replace(STACKED_MARKS, "$1")
    .replace(/\s+/g, " ")
    .trim();
  const chars = Array.from(line);
  if (chars.length <= max && text.length <= max * 8) return line;
  return `${chars
    .slice(0, max - 1)
    .join("")
    .trimEnd()}…`;
}

/** As `plainLine`, for limits that count UTF-16 units: an emoji is two of them. */
export function plainUnits(text: string, max: number): string {
  let line = plainLine(text, max);
  while (line.length > max) line = plainLine(line, Array.from(line).length - 1);
  return line;
}

/** The address if it is one that a link may have; undefined for anything that is not http or https. */
export function safeLink(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const parsed = new URL(url);
  return parsed.protocol === "https:" || parsed.protocol === "http:" ? parsed.href : undefined;
}
