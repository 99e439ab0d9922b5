/** Zones with every oddity we know of: half and quarter hours, skipped and repeated midnights, a skipped day. */
export const ZONES = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "America/Sao_Paulo",
  "America/Havana",
  "America/St_Johns",
  "Australia/Lord_Howe",
  "Asia/Kolkata",
  "Asia/Kathmandu",
  "Asia/Beirut",
  "Africa/Cairo",
  "Africa/Casablanca",
  "Pacific/Apia",
  "Pacific/Chatham",
];

export const at = (text: string) => Date.parse(text);
export const iso = (ms: number) => new Date(ms).toISOString().replace(".000Z", "Z");
