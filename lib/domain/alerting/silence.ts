import type { Severity } from "./rule";

/** What a silence matches, by CONTRACT's names; an absent field matches everything. */
export interface SilenceMatcher {
  key?: string | undefined;
  /** One of these keys. */
  keys?: readonly string[] | undefined;
  provider?: string | undefined;
  /** A pool's id or name. */
  pool?: string | undefined;
  /** A rule's id. */
  rule?: string | undefined;
  severity?: Severity | undefined;
}

/** What a message is about, as silences see it. */
export interface Silenceable {
  keyId: number | null;
  provider: string | null;
  pool: { id: string; name: string } | null;
  ruleId: string;
  severity: Severity | null;
}

/** A silence that is in force; `endsAt` in epoch ms. */
export interface SilenceInForce {
  id: string;
  matcher: SilenceMatcher;
  endsAt: number;
  comment: string;
  createdBy: string;
}

/** Whether everything the matcher names is that of the message. A matcher that names nothing matches all. */
export function silences(matcher: SilenceMatcher, about: Silenceable): boolean {
  const { key, keys, provider, pool, rule, severity } = matcher;
  return (
    (key == null || (about.keyId !== null && key === String(about.keyId))) &&
    (keys == null || (about.keyId !== null && keys.includes(String(about.keyId)))) &&
    (provider == null || provider.toLowerCase() === about.provider) &&
    (pool == null || (about.pool !== null && (pool === about.pool.id || pool === about.pool.name))) &&
    (rule == null || rule === about.ruleId) &&
    (severity == null || severity === about.severity)
  );
}

/**
 * The silence that keeps a message back, and with whose end that may be over; null when none does. What several keys
 * share is kept back only while every one of them is silenced.
 */
export function silencedBy(
  inForce: readonly SilenceInForce[],
  about: readonly Silenceable[],
): SilenceInForce | null {
  let first: SilenceInForce | null = null;
  for (const one of about) {
    const longest = inForce
      .filter(({ matcher }) => silences(matcher, one))
      .reduce<SilenceInForce | null>((a, b) => (a === null || b.endsAt > a.endsAt ? b : a), null);
    if (longest === null) return null;
    if (first === null || longest.endsAt < first.endsAt) first = longest;
  }
  return first;
}
