import { mergeOf } from "./merge";

/** A held message of a group that is due. */
export interface Member {
  id: string;
  incidentId: string | null;
  kind: string;
  critical: boolean;
  /** Somebody may have it already. */
  seen: boolean;
}

/** What a digest says of one incident. */
export interface Line {
  /** The message whose facts it tells. */
  facts: string;
  kind: string;
  critical: boolean;
}

export type Release =
  /** Goes out by itself. */
  | { kind: "single"; id: string }
  /** A firing and its recovery, told as one by the latter. */
  | { kind: "merged"; into: string; facts: string; told: string[] }
  /** One message in place of many; the worst first. */
  | { kind: "digest"; told: string[]; lines: Line[] };

const OVER = new Set(["resolved", "fired_and_recovered"]);

/**
 * How a group that waited together is told. Messages without an incident, and such that somebody may have, go out by
 * themselves; the others as one.
 */
export function releasesOf(members: readonly Member[]): Release[] {
  const goesAlone = ({ incidentId, seen }: Member) => incidentId === null || seen;
  const singles = members.filter(goesAlone).map(({ id }): Release => ({ kind: "single", id }));
  const rest = members.filter((member) => !goesAlone(member));
  const byIncident = new Map<string | null, Member[]>();
  for (const member of rest) {
    const known = byIncident.get(member.incidentId);
    if (known === undefined) byIncident.set(member.incidentId, [member]);
    else known.push(member);
  }
  const [first, ...others] = [...byIncident.values()];
  if (first === undefined) return singles;
  if (others.length === 0) return [...singles, releaseOf(first)];
  const lines = [first, ...others].map(lineOf).sort((a, b) => rank(a) - rank(b));
  return [...singles, { kind: "digest", told: rest.map(({ id }) => id), lines }];
}

/** All of one incident. */
function releaseOf(members: readonly Member[]): Release {
  const [only, ...more] = members;
  if (only !== undefined && more.length === 0) return { kind: "single", id: only.id };
  const merge = mergeOf(members.map(({ id, kind }) => ({ id, kind, state: "queued", seen: false })));
  if (merge !== null && merge.told.length === members.length - 1) return { kind: "merged", ...merge };
  return { kind: "digest", told: members.map(({ id }) => id), lines: [lineOf(members)] };
}

function lineOf(members: readonly Member[]): Line {
  const merge = mergeOf(members.map(({ id, kind }) => ({ id, kind, state: "queued", seen: false })));
  const last = members.at(-1);
  if (last === undefined) throw new Error("A line of a digest needs a message");
  const facts =
    merge !== null && OVER.has(last.kind) ? (members.find(({ id }) => id === merge.facts) ?? last) : last;
  return {
    facts: facts.id,
    kind: facts === last ? last.kind : "fired_and_recovered",
    critical: facts.critical,
  };
}

const rank = ({ kind, critical }: Line): number => (OVER.has(kind) ? 2 : 0) + (critical ? 0 : 1);
