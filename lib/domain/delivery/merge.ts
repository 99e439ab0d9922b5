/** An open delivery of one channel and incident, as far as its order matters. */
export interface Waiting {
  id: string;
  kind: string;
  state: "queued" | "sending";
  /** Somebody may have it already: an ambiguous attempt, or some of the recipients reached. */
  seen: boolean;
}

export interface Merge {
  /** The resolution that becomes "fired and recovered". */
  into: string;
  /** Whose facts it tells: the worst that was not told. */
  facts: string;
  /** Everything that is told by it, oldest first. */
  told: string[];
}

const OPENS = new Set(["firing", "no_data"]);

/**
 * When a resolution finds its firing unsent, both become one message. `open` are the open deliveries of one channel and
 * incident in their order. null: nothing to merge, or something is under way or may have been seen, which is then told
 * in order.
 */
export function mergeOf(open: readonly Waiting[]): Merge | null {
  const at = open.findIndex((one) => one.kind === "resolved" && one.state === "queued" && !one.seen);
  const into = open[at];
  const before = open.slice(0, Math.max(at, 0));
  const first = before[0];
  if (into === undefined || first === undefined || !OPENS.has(first.kind)) return null;
  if (before.some((one) => one.state !== "queued" || one.seen)) return null;
  const worst = before.findLast((one) => one.kind === "escalated") ?? first;
  return { into: into.id, facts: worst.id, told: before.map(({ id }) => id) };
}
