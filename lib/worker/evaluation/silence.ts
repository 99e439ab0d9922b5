import type { Severity } from "@/lib/domain/alerting/rule";

/** What a silence matches, by CONTRACT's names; an absent field matches everything. */
export interface SilenceMatcher {
  key?: string | undefined;
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

/** Whether everything the matcher names is that of the message. A matcher that names nothing matches all. */
export function silences(matcher: SilenceMatcher, about: Silenceable): boolean {
  const { key, provider, pool, rule, severity } = matcher;
  return (
    (key == null || (about.keyId !== null && key === String(about.keyId))) &&
    (provider == null || provider.toLowerCase() === about.provider) &&
    (pool == null || (about.pool !== null && (pool === about.pool.id || pool === about.pool.name))) &&
    (rule == null || rule === about.ruleId) &&
    (severity == null || severity === about.severity)
  );
}
