import type { LimitField, LimitTable } from "./limits";
import { noteLimit, noteWholeLimit, safeLimitName } from "./limits";
import { readCount, readReset, readSeconds, windowLabel } from "./parse";
import type { CodeTable } from "./verdict";

/** Problem types of draft-ietf-httpapi-ratelimit-headers, recognised by the fragment of their URI. */
export const IETF_CODES: CodeTable = {
  "quota-exceeded": { outcome: "quota_exhausted" },
  "temporary-reduced-capacity": { outcome: "overloaded" },
  "abnormal-usage-detected": { outcome: "rate_limited" },
};

const MAX_VALUE = 2_000;
const MAX_ITEMS = 16;

/** One member of a structured-field list: `"perday";q=5000;w=86400`, or `limit=50` in the dictionary form of -07. */
interface Member {
  name: string;
  params: ReadonlyMap<string, string>;
}

/**
 * Notes what `RateLimit` and `RateLimit-Policy` say, in every form they have had: `"p";r=0;t=23`, `p;r=0;t=23`,
 * `limit=50, remaining=0, reset=23`, and policies `"p";q=50;w=60` or `50;w=60`. The old triple is read before.
 */
export function noteRateLimit(table: LimitTable, rateLimit: string, policies: string, now: number): void {
  const known = readMembers(policies);
  const members = readMembers(rateLimit);
  const word = (name: string) => members.find((member) => member.name === name)?.params.get("");
  if (word("limit") !== undefined || word("remaining") !== undefined) {
    const limit = readCount(word("limit"));
    const policy = known.find(({ name }) => readCount(name) === limit && limit !== null);
    noteWholeLimit(table, {
      name: "requests",
      window: policy ? windowLabel(readSeconds(policy.params.get("w"))) : null,
      limit,
      remaining: word("remaining"),
      resetAt: readReset(word("reset"), now),
    });
    return;
  }
  for (const { name, params } of members) {
    const policy = known.find((candidate) => candidate.name === name);
    const unit = unitOf(name, policy);
    const window = windowLabel(readSeconds(policy?.params.get("w")));
    takeTriple(table, unit, window, readCount(policy?.params.get("q")));
    noteWholeLimit(table, {
      name: unit,
      window,
      limit: policy?.params.get("q"),
      remaining: params.get("r"),
      resetAt: readReset(params.get("t"), now),
    });
  }
  // A policy without a current value still tells the limit.
  for (const policy of known) {
    if (members.some(({ name }) => name === policy.name)) continue;
    const limit = policy.params.get("q") ?? policy.name;
    const window = windowLabel(readSeconds(policy.params.get("w")));
    const name = unitOf(policy.name, policy);
    takeTriple(table, name, window, readCount(limit));
    noteLimit(table, name, window, "limit", readCount(limit));
  }
}

/** The old triple beside a policy of its amount is that policy's current value: the policy tells the window. */
function takeTriple(table: LimitTable, name: string, window: string | null, limit: number | null): void {
  const triple = table.get(name);
  if (triple === undefined || window === null || limit === null || triple.limit !== limit) return;
  table.delete(name);
  noteWholeLimit(table, { ...triple, window });
}

/** The policies in the tail of an old limit, `100, 100;w=60`; "" when there are none. */
export function policiesWithin(limit: string): string {
  const comma = limit.indexOf(",");
  return comma === -1 || !limit.includes(";", comma) ? "" : limit.slice(comma + 1);
}

/**
 * Notes one header of the old triple (`RateLimit-Limit`, `X-RateLimit-Reset`, …). The limit may be a list whose tail are
 * policies, `10, 10;w=60`: the first item counts. A reset is seconds, an epoch or a date.
 */
export function noteLegacy(
  table: LimitTable,
  field: LimitField,
  value: string,
  window: string | null,
  now: number,
): void {
  if (field === "resetAt") {
    // A date has a comma of its own, so the whole value is tried before its last item.
    const at = readReset(value, now) ?? readReset(lastItem(value), now);
    noteLimit(table, "requests", window, field, at);
  } else {
    const item = field === "limit" ? (value.split(",", 1)[0] ?? "") : lastItem(value);
    noteLimit(table, "requests", window, field, readCount(item.split(";", 1)[0]));
  }
}

/** The last item of a value that was joined from several headers. */
export function lastItem(value: string): string {
  return value.slice(value.lastIndexOf(",") + 1);
}

/** What a policy counts: its `qu` parameter, else tokens when its name says so, else requests. */
function unitOf(name: string, policy: Member | undefined): string {
  const unit = safeLimitName(policy?.params.get("qu"));
  if (unit !== null) return unit;
  return name.toLowerCase().includes("token") ? "tokens" : "requests";
}

function readMembers(value: string): Member[] {
  const members: Member[] = [];
  for (const item of splitOutsideQuotes(value.slice(0, MAX_VALUE), ",").slice(0, MAX_ITEMS)) {
    const [head = "", ...rest] = splitOutsideQuotes(item, ";");
    const params = new Map<string, string>();
    for (const param of rest.slice(0, MAX_ITEMS)) addParam(params, param);
    const equals = head.startsWith('"') ? -1 : head.indexOf("=");
    const name = unquote(equals < 0 ? head : head.slice(0, equals).trim());
    if (equals >= 0) params.set("", unquote(head.slice(equals + 1).trim()));
    if (name !== "") members.push({ name, params });
  }
  return members;
}

function addParam(params: Map<string, string>, param: string): void {
  const equals = param.indexOf("=");
  if (equals > 0)
    params.set(param.slice(0, equals).trim().toLowerCase(), unquote(param.slice(equals + 1).trim()));
}

function splitOutsideQuotes(value: string, separator: string): string[] {
  const parts: string[] = [];
  let quoted = false;
  let start = 0;
  for (let at = 0; at < value.length; at += 1) {
    const character = value[at];
    if (character === "\\" && quoted) at += 1;
    else if (character === '"') quoted = !quoted;
    else if (character === separator && !quoted) {
      parts.push(value.slice(start, at).trim());
      start = at + 1;
    }
  }
  parts.push(value.slice(start).trim());
  return parts;
}

function unquote(text: string): string {
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}
