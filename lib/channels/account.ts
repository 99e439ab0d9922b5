import type { Limit, LimitMetric } from "@/lib/domain/usage/limit";
import { type KeyStatus, STATE_REASON } from "@/lib/domain/usage/state";
import { formatClock, formatInstant, formatSeconds, formatShortInstant } from "@/lib/format";
import { limitWords, usedWords } from "@/lib/format-limit";
import { plainLine } from "./plain";

/** How a key stands when a message about it is written. Instants in epoch ms. */
export interface KeyAccount {
  /** What people call it, where the message is about several keys and this is the one nearest to its end; else null. */
  name: string | null;
  status: Pick<KeyStatus, "state" | "why" | "until">;
  /** The limit that matters; null without one. */
  limit: AccountLimit | null;
  /** The latest call that failed; null where none did of late. */
  error: AccountError | null;
}

export interface AccountLimit extends Pick<Limit, "amount"> {
  metric: LimitMetric;
  /** As rules and limits write it; null where a provider did not say over which time. */
  window: string | null;
  used: number;
  usedFraction: number;
  resetsAt: number | null;
  secondsToExhaustion: number | null;
  runsOutBeforeReset: boolean;
}

export interface AccountError {
  at: number;
  /** null: the gateway sent none. */
  status: number | null;
  /** The provider's own name of it, or the outcome. */
  what: string;
  model: string | null;
  route: string | null;
}

type Fact = { label: string; text: string };

/** What somebody who is paged needs beside the value: why calls fail, which limit it is, when it is dry and when back. */
export function accountFacts({ name, status, limit, error }: KeyAccount, now: number, zone: string): Fact[] {
  const facts: Fact[] = [];
  if (name !== null) facts.push({ label: "Nearest to its end", text: plainLine(name, 120) });
  const fails = FAILING.has(status.state);
  if (fails) facts.push({ label: "Why", text: whyWords(status, now, zone) });
  if (limit !== null) facts.push(...limitFacts(limit, fails ? status.until : null, now, zone));
  if (error !== null) facts.push({ label: "Latest error", text: errorWords(error, zone) });
  return facts;
}

/** States in which calls fail. */
const FAILING: ReadonlySet<KeyStatus["state"]> = new Set([
  "blocked",
  "unauthorized",
  "exhausted",
  "throttled",
]);

function whyWords({ why, until }: KeyAccount["status"], now: number, zone: string): string {
  return until === null
    ? STATE_REASON[why]
    : `${STATE_REASON[why]}, back at ${momentWords(until, now, zone)}`;
}

function limitFacts(limit: AccountLimit, backAt: number | null, now: number, zone: string): Fact[] {
  const { resetsAt, secondsToExhaustion: seconds } = limit;
  const facts = [
    { label: "Limit", text: `${usedWords(limit)} ${limitWords(limit.metric, limit.window ?? "window")}` },
  ];
  if (limit.usedFraction >= 1) {
    if (backAt === null && resetsAt !== null)
      facts.push({ label: "Whole again", text: formatInstant(resetsAt, zone) });
    return facts;
  }
  if (limit.runsOutBeforeReset && seconds !== null) {
    const at = momentWords(now + seconds * 1_000, now, zone);
    const left = formatSeconds(Math.max(1, Math.round(seconds)));
    facts.push({ label: "Runs dry", text: `about ${at}, in ${left} at the present rate` });
  }
  if (resetsAt !== null) facts.push({ label: "Resets", text: formatInstant(resetsAt, zone) });
  return facts;
}

function errorWords({ at, status, what, model, route }: AccountError, zone: string): string {
  const call = [model, route].flatMap((part) => (part === null ? [] : [plainLine(part, 80)]));
  const said = [status === null || status === 0 ? "" : String(status), plainLine(what, 80)];
  return [said.filter((part) => part !== "").join(" "), ...call, formatClock(at, zone)].join(", ");
}

/** "22:31", with the day where it is another one. */
const momentWords = (at: number, now: number, zone: string): string => formatShortInstant(at, zone, now);
