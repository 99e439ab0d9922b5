const SHOWN = 4;
const MASK = "…";

/** Shorter strings are words of their own; replacing them everywhere would spoil the text and hide nothing. */
const SHORTEST_SCRUBBED = 8;

/**
 * The masked hint of a raw key, such as "…q9Rk": its last characters, four at most and never more than a quarter of
 * the key. Characters that could deceive or break a line are shown as a dot.
 */
export function hintOf(rawKey: string): string {
  const end = rawKey.slice(-SHOWN);
  // Nearly every key is long and ends in plain ASCII; this runs for every key of every request.
  if (rawKey.length > 32 && /^[!-~]{4}$/.test(end)) return MASK + end;
  // Of a long key only the end matters: eight halves of surrogate pairs, and a ninth that may be a torn one.
  const characters = Array.from(rawKey.length > 32 ? rawKey.slice(-9) : rawKey);
  const shown = rawKey.length > 32 ? SHOWN : Math.min(SHOWN, Math.floor(characters.length / 4));
  const tail = shown === 0 ? "" : characters.slice(-shown).join("");
  return MASK + tail.replace(/[\p{C}\p{Z}\p{M}]/gu, "·");
}

/** `text` with every occurrence of the raw key, as it is or percent-encoded, replaced by the hint. */
export function scrub(text: string, rawKey: string, hint: string): string {
  // Encoded a key is no shorter, so a shorter text, as most labels are, holds it in neither form.
  if (rawKey.length < SHORTEST_SCRUBBED || text.length < rawKey.length) return text;
  const scrubbed = replaceAll(text, rawKey, hint);
  if (!scrubbed.includes("%")) return scrubbed;
  const encoded = percentEncoded(rawKey);
  return encoded === rawKey ? scrubbed : replaceAll(scrubbed, encoded, hint);
}

/** A provider's name as keys carry it: in lower case, and never the key itself. */
export function providerName(text: string, rawKey: string): string {
  const name = text.toLowerCase();
  if (name.length < rawKey.length) return name;
  return scrub(name, rawKey.toLowerCase(), hintOf(rawKey).toLowerCase());
}

/** A route or URL without its query, fragment and user info: the places where keys travel. */
export function stripQuery(route: string): string {
  if (!/[?#]|\/\//.test(route)) return route;
  const end = route.search(/[?#]/);
  const path = end === -1 ? route : route.slice(0, end);
  return path.replace(/^([A-Za-z][A-Za-z0-9+.-]{0,15}:)?\/\/[^/]*@/, "$1//");
}

function replaceAll(text: string, found: string, hint: string): string {
  // A shorter replacement makes the text shrink each round, so this ends even for keys built to reappear.
  const replacement = hint.length < found.length ? hint : MASK;
  let result = text;
  while (result.includes(found)) result = result.replaceAll(found, () => replacement);
  return result;
}

function percentEncoded(rawKey: string): string {
  // A lone surrogate cannot be encoded; toWellFormed would change the key, so such a key is only sought as it is.
  try {
    return encodeURIComponent(rawKey);
  } catch {
    return rawKey;
  }
}
