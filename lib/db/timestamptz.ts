const ZERO = 48;

/**
 * A `timestamptz` of a session in UTC, such as `2026-11-26 16:59:03.123456+00`, as epoch ms; what is finer is cut off.
 * NaN for what is no instant, such as `infinity`.
 */
export function parseTimestamptz(text: string): number {
  const end = text.length - 3;
  const isUsual = end >= 19 && text.charCodeAt(4) === 45 && text.endsWith("+00") && !text.startsWith("00");
  // Years of other than four digits, years BC and other zones are not worth a way of their own.
  if (!isUsual) return Date.parse(text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00"));
  const digit = (at: number) => text.charCodeAt(at) - ZERO;
  const two = (at: number) => digit(at) * 10 + digit(at + 1);
  let ms = 0;
  for (let at = 20, unit = 100; at < 23 && at < end; at++, unit /= 10) ms += digit(at) * unit;
  return Date.UTC(two(0) * 100 + two(2), two(5) - 1, two(8), two(11), two(14), two(17), ms);
}
