import { SEVERITIES, severityRank } from "./rule";
import type { Alert, Transition } from "./state";

/** Every alert there is, the worst last: a crossed threshold is worse than missing data of the same severity. */
const BY_RANK: readonly Alert[] = SEVERITIES.flatMap((severity): Alert[] => [
  { severity, cause: "no_data" },
  { severity, cause: "threshold" },
]);

const rankOf = ({ severity, cause }: Alert): number =>
  2 * severityRank(severity) + (cause === "threshold" ? 1 : 0);

/**
 * The alerts of the instances that share an incident; those without one are left out. How many there are of each is
 * counted, since thousands may share one incident, and every change of theirs asks for the worst.
 */
export class Group {
  readonly #alerts = new Map<string, Alert>();
  readonly #counts = BY_RANK.map(() => 0);

  constructor(entries: Iterable<readonly [string, Alert]> = []) {
    for (const [instance, alert] of entries) this.set(instance, alert);
  }

  /** null takes the instance out. */
  set(instance: string, alert: Alert | null): void {
    const before = this.#alerts.get(instance);
    if (before !== undefined) this.#count(before, -1);
    if (alert === null) this.#alerts.delete(instance);
    else {
      this.#alerts.set(instance, alert);
      this.#count(alert, 1);
    }
  }

  /** What the incident says; null for none. */
  worst(): Alert | null {
    return BY_RANK.findLast((_, rank) => (this.#counts[rank] ?? 0) > 0) ?? null;
  }

  instances(): Iterable<string> {
    return this.#alerts.keys();
  }

  entries(): Iterable<[string, Alert]> {
    return this.#alerts.entries();
  }

  #count(alert: Alert, by: number): void {
    const rank = rankOf(alert);
    this.#counts[rank] = (this.#counts[rank] ?? 0) + by;
  }
}

/** Takes one instance's alert into the group, and gives what that makes of the incident's. */
export function lift(group: Group, instance: string, after: Alert | null): Transition["alert"] {
  const before = group.worst();
  group.set(instance, after);
  return { before, after: group.worst() };
}
