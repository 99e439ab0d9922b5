import { isTimeZone } from "./zone";

/**
 * Names that engines keep for compatibility (Unicode CLDR's, frozen in 2008), and what the IANA database calls these zones
 * today (its file `backward`). Both are understood everywhere; people are shown the later one.
 */
const MODERN: Readonly<Record<string, string>> = {
  "Africa/Asmera": "Africa/Asmara",
  "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
  "America/Catamarca": "America/Argentina/Catamarca",
  "America/Coral_Harbour": "America/Atikokan",
  "America/Cordoba": "America/Argentina/Cordoba",
  "America/Godthab": "America/Nuuk",
  "America/Indianapolis": "America/Indiana/Indianapolis",
  "America/Jujuy": "America/Argentina/Jujuy",
  "America/Louisville": "America/Kentucky/Louisville",
  "America/Mendoza": "America/Argentina/Mendoza",
  "Asia/Calcutta": "Asia/Kolkata",
  "Asia/Katmandu": "Asia/Kathmandu",
  "Asia/Rangoon": "Asia/Yangon",
  "Asia/Saigon": "Asia/Ho_Chi_Minh",
  "Atlantic/Faeroe": "Atlantic/Faroe",
  "Europe/Kiev": "Europe/Kyiv",
  "Pacific/Enderbury": "Pacific/Kanton",
  "Pacific/Ponape": "Pacific/Pohnpei",
  "Pacific/Truk": "Pacific/Chuuk",
};
const FORMER = new Map(Object.entries(MODERN).map(([former, modern]) => [modern, former]));

/** A zone's name of today, as far as this engine knows it by that; else the name given. */
export function modernZone(zone: string): string {
  const modern = MODERN[zone];
  return modern !== undefined && isTimeZone(modern) ? modern : zone;
}

/** A zone as people are told of it: "America/New York". */
export const zoneWords = (zone: string): string => modernZone(zone).replaceAll("_", " ");

/** What a zone was called before; null for most. */
export function formerZone(zone: string): string | null {
  return FORMER.get(zone) ?? null;
}

/** Zones to choose from, by their names of today, "UTC" first, then in the order of the alphabet; each once. */
export function zonesToChoose(
  supported: readonly string[],
  ...present: readonly (string | null)[]
): string[] {
  const named = [...supported, ...present].filter((zone) => zone !== null).map(modernZone);
  const sorted = [...new Set(named)].filter((zone) => zone !== "UTC").sort((a, b) => (a < b ? -1 : 1));
  return ["UTC", ...sorted];
}
