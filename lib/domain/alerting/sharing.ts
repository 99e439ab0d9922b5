import { MINUTE } from "@/lib/domain/usage/duration";

/** So many keys of one provider that fire one rule within this time have a common cause. */
export const SHARED_FROM = 3;
export const SHARED_WITHIN_MS = MINUTE;

/** An open incident of the rule at that provider that others may join. */
export interface Joinable {
  id: string;
  /** The one key it is about; null when it is shared already. */
  keyId: number | null;
  /** Every key that has been part of a shared one. */
  members: readonly number[];
  /** When it began; of a shared one, when the latest key joined it. Epoch ms. */
  at: number;
}

/** A key that fires and has no open incident of its own. */
export interface Opener {
  keyId: number;
  at: number;
}

/** An incident of several keys. */
export interface Shared {
  /** The open incident that it is or becomes; null: a new one. */
  base: string | null;
  /** Whether it becomes a shared one only now. */
  formed: boolean;
  /** Open incidents of single keys that become part of it, beside the base. */
  absorbed: string[];
  /** Openers that become part of it. */
  joining: number[];
}

/**
 * Which keys of one rule and provider share an incident. A key joins the shared incident that it was part of, or that
 * another key joined within the last minute; else three that fired within a minute form one, on the oldest of theirs.
 */
export function share(open: readonly Joinable[], openers: readonly Opener[]): Shared[] {
  const found: (Shared & { members: Set<number>; at: number })[] = open
    .filter(({ keyId }) => keyId === null)
    .map(({ id, members, at }) => ({
      base: id,
      formed: false,
      absorbed: [],
      joining: [],
      members: new Set(members),
      at,
    }));
  let singles: { id: string | null; keyId: number; at: number }[] = open
    .flatMap(({ id, keyId, at }) => (keyId === null ? [] : [{ id, keyId, at }]))
    .sort((a, b) => a.at - b.at);
  for (const { keyId, at } of openers.toSorted((a, b) => a.at - b.at)) {
    const known = found.find((one) => one.members.has(keyId) || isNear(one.at, at));
    if (known !== undefined) {
      known.joining.push(keyId);
      known.members.add(keyId);
      known.at = Math.max(known.at, at);
      continue;
    }
    singles.push({ id: null, keyId, at });
    const together = singles.filter((one) => isNear(one.at, at));
    if (together.length < SHARED_FROM) continue;
    const opened = together.flatMap(({ id }) => id ?? []);
    found.push({
      base: opened[0] ?? null,
      formed: true,
      absorbed: opened.slice(1),
      joining: together.flatMap((one) => (one.id === null ? [one.keyId] : [])),
      members: new Set(together.map((one) => one.keyId)),
      at,
    });
    singles = singles.filter((one) => !together.includes(one));
  }
  return found
    .filter(({ joining }) => joining.length > 0)
    .map(({ base, formed, absorbed, joining }) => ({ base, formed, absorbed, joining }));
}

const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= SHARED_WITHIN_MS;
