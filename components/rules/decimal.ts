/** A number written out without an exponent: 1e-7 is "0.0000001". Exact: reading it gives the same number. */
export function plainDecimal(value: number): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value)) ?? [];
  return `${sign}${placed(whole + fraction, whole.length + Number(exponent))}`;
}

/** A written-out number times ten to the power of `places`, by moving its point: ("80.5", -2) is "0.805". */
export function shiftDecimal(text: string, places: number): string {
  const [, sign = "", whole = "", fraction = ""] = /^(-?)(\d*)(?:\.(\d*))?$/.exec(text) ?? [];
  return `${sign}${placed(whole + fraction, whole.length + places)}`;
}

/** Digits with a point after `point` of them. */
function placed(digits: string, point: number): string {
  const padded = point <= 0 ? "0".repeat(1 - point) + digits : digits.padEnd(point, "0");
  const at = Math.max(1, point);
  const whole = padded.slice(0, at).replace(/^0+(?=\d)/, "");
  const fraction = padded.slice(at).replace(/0+$/, "");
  return fraction === "" ? whole : `${whole}.${fraction}`;
}
