// The GSM 7-bit default alphabet and its extension table (3GPP TS 23.038, 6.2.1); an extension character is two septets.
const BASIC =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENSION = "^{}\\[~]|€\f";

const SEPTETS = new Map<string, number>([
  ...Array.from(BASIC, (char): [string, number] => [char, 1]),
  ...Array.from(EXTENSION, (char): [string, number] => [char, 2]),
]);

// What people type or software sets, and what NFKD does not reduce to letters of the alphabet.
const SUBSTITUTES: Readonly<Record<string, string>> = {
  "≥": ">=",
  "≤": "<=",
  "≠": "!=",
  "–": "-",
  "—": "-",
  "−": "-",
  "‐": "-",
  "‑": "-",
  "‘": "'",
  "’": "'",
  "‚": "'",
  "`": "'",
  "´": "'",
  "“": '"',
  "”": '"',
  "„": '"',
  "«": '"',
  "»": '"',
  "•": "*",
  "·": "-",
  "×": "x",
  "→": "->",
  "←": "<-",
  µ: "u",
  μ: "u",
  "÷": "/",
  "¢": "c",
  "©": "(c)",
  "®": "(R)",
  ç: "c",
  ł: "l",
  Ł: "L",
  đ: "d",
  Đ: "D",
  ð: "d",
  þ: "th",
  ı: "i",
  œ: "oe",
  Œ: "OE",
  "\t": " ",
  "\n": " ",
  "\r": " ",
  "\f": " ",
};

/** Septets the text takes in one message; null when a character is not of the alphabet. */
export function septets(text: string): number | null {
  let sum = 0;
  for (const char of text) {
    const width = SEPTETS.get(char);
    if (width === undefined) return null;
    sum += width;
  }
  return sum;
}

/**
 * The text in the GSM alphabet on one line: accents that it lacks are dropped, typographic signs are spelled, marks
 * that cannot be seen vanish, anything else becomes one `?` a run.
 */
export function toGsm(text: string): string {
  let out = "";
  for (const char of text.normalize("NFC")) out += gsmOf(char);
  return out
    .replace(/\ue000+/g, "?")
    .replace(/ {2,}/g, " ")
    .trim();
}

// A private-use character stands for a character that has no place in the alphabet until its run is known.
const LOST = "\ue000";

function gsmOf(char: string): string {
  const substitute = SUBSTITUTES[char];
  if (substitute !== undefined) return substitute;
  if (SEPTETS.has(char)) return char;
  if (/[\p{Cc}\p{Cf}\p{M}\p{Cs}]/u.test(char)) return "";
  if (/\p{Z}/u.test(char)) return " ";
  const plain = Array.from(char.normalize("NFKD"))
    .map((part) => SUBSTITUTES[part] ?? (SEPTETS.has(part) ? part : /\p{M}/u.test(part) ? "" : LOST))
    .join("");
  return plain === "" ? LOST : plain;
}

/** The longest start of a GSM text within the given septets; `..` marks that something was cut. */
export function cut(text: string, limit: number): string {
  const width = septets(text);
  if (width !== null && width <= limit) return text;
  if (limit < 3) return "";
  let used = 2;
  let out = "";
  for (const char of text) {
    used += SEPTETS.get(char) ?? limit;
    if (used > limit) break;
    out += char;
  }
  return `${out.trimEnd()}..`;
}
