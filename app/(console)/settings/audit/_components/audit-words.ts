const PAST: Readonly<Record<string, string>> = {
  create: "created",
  update: "changed",
  delete: "deleted",
  revoke: "revoked",
  revoke_all: "all revoked",
  rotate_token: "token rotated",
  reset_password: "password reset",
  change_password: "password changed",
  sign_in: "signed in",
  acknowledge: "acknowledged",
  unacknowledge: "acknowledgement withdrawn",
  test: "tested",
  end: "ended",
  comment: "commented on",
  uncomment: "comment taken away",
  send_again: "sent again",
  hide: "hidden",
  show: "shown again",
};

const PLACES: Readonly<Record<string, string>> = {
  rule: "/rules",
  incident: "/incidents",
  channel: "/channels",
  delivery: "/deliveries",
  source: "/sources",
  key: "/keys",
  dashboard: "/dashboards",
};

const MAX_VALUE = 160;

/** An action as people say it: "source.rotate_token" is "Source token rotated". */
export function actionWords(action: string): string {
  const [entity = "", verb = ""] = action.split(".");
  const words = `${entity.replaceAll("_", " ")} ${PAST[verb] ?? verb.replaceAll("_", " ")}`.trim();
  return (words.charAt(0).toUpperCase() + words.slice(1)).replace(/^Sms\b/, "SMS");
}

/** Where the thing an entry is about can be seen; null when it has no page, or was deleted. */
export function entityHref(entry: { action: string; entity: string; entity_id: string }): string | null {
  const place = PLACES[entry.entity];
  if (place === undefined || entry.action.endsWith(".delete")) return null;
  return `${place}/${encodeURIComponent(entry.entity_id)}`;
}

/** The changes of an entry in one line: "name: litellm · format: native". */
export function changeWords(changes: unknown): string {
  if (changes === null || changes === undefined) return "";
  if (typeof changes !== "object" || Array.isArray(changes)) return short(changes);
  // What it is called first, then the rest as it was written.
  const fields = Object.entries(changes).sort(([a], [b]) => Number(b === "name") - Number(a === "name"));
  return fields
    .map(([field, value]) => `${field.replaceAll("_", " ")}: ${isolated(short(value))}`)
    .join(" · ");
}

/** What is written from right to left turns itself alone around (U+2068 to U+2069), not the words beside it. */
function isolated(text: string): string {
  return RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text;
}

const RIGHT_TO_LEFT = /[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff]/;

function short(value: unknown): string {
  const text = valueWords(value) || "none";
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE - 1)}…` : text;
}

/** A value as it reads, without the marks of JSON; of what it holds, what is null goes without saying. */
function valueWords(value: unknown): string {
  if (value === null) return "none";
  if (typeof value !== "object") return String(value);
  if (!Array.isArray(value)) {
    const fields = Object.entries(value).filter(([, of]) => of !== null);
    return fields.map(([field, of]) => `${field.replaceAll("_", " ")} ${valueWords(of)}`).join(", ");
  }
  const isList = value.some((item) => typeof item === "object" && item !== null);
  return value.map(valueWords).join(isList ? "; " : ", ");
}
