import type { Reached, SendResult } from "./channel";

/** What became of the message for one recipient. */
export type Outcome =
  | { outcome: "sent"; providerId?: string | undefined; response: string }
  | { outcome: "not_sent"; retryAfterS?: number | undefined; response?: string | undefined; error: string }
  | { outcome: "permanent"; response?: string | undefined; error: string; optedOut?: boolean | undefined }
  | { outcome: "ambiguous"; retryAfterS?: number | undefined; response?: string | undefined; error: string };

export type RecipientResult = { to: string } & Outcome;

/**
 * One result of a send to several recipients. Anything unknown makes the whole ambiguous, else anything worth another
 * try makes it not sent; who has been reached is kept, so that a retry is for the others only. A recipient who can
 * never be reached does not spoil a send that reached somebody.
 */
export function combine(earlier: readonly Reached[], results: readonly RecipientResult[]): SendResult {
  const optedOut = results.flatMap((one) => (one.outcome === "permanent" && one.optedOut ? [one.to] : []));
  const combined = combineOutcomes(earlier, results);
  return optedOut.length === 0 ? combined : { ...combined, optedOut };
}

function combineOutcomes(earlier: readonly Reached[], results: readonly RecipientResult[]): SendResult {
  const sent = results.filter((result) => result.outcome === "sent");
  const reached = [...earlier, ...sent.map(({ to, providerId }) => ({ to, providerId }))];
  const several = earlier.length + results.length > 1;
  const say = (list: readonly RecipientResult[], words: (result: RecipientResult) => string | undefined) =>
    [...new Set(list.map((r) => (several ? `${r.to}: ${words(r) ?? "no answer"}` : (words(r) ?? ""))))].join(
      "; ",
    );
  const response = say(results, (r) => r.response) || undefined;
  const failed = (outcome: "ambiguous" | "not_sent" | "permanent") => {
    const list = results.filter((result) => result.outcome === outcome);
    return list.length === 0 ? undefined : say(list, (r) => ("error" in r ? r.error : undefined));
  };

  const waits = results.flatMap((r) =>
    "retryAfterS" in r && r.retryAfterS !== undefined ? [r.retryAfterS] : [],
  );
  const retryAfterS = waits.length === 0 ? undefined : Math.max(...waits);
  for (const outcome of ["ambiguous", "not_sent"] as const) {
    const error = failed(outcome);
    if (error !== undefined) return { outcome, error, retryAfterS, response, reached };
  }
  if (reached.length === 0) {
    return {
      outcome: "permanent",
      error: failed("permanent") ?? "There is nobody to send it to",
      response,
      reached,
    };
  }
  return {
    outcome: "sent",
    providerId: reached.find((one) => one.providerId !== undefined)?.providerId,
    response,
    reached,
  };
}
