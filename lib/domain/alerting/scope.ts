import type { Rule, Scope, ScopeEach } from "./rule";

/** A pool or source, which scopes name by either. */
export type Named = { id: string; name: string };

/** What a commit touched; null where the event had none. */
export type Touched = {
  keyId: number;
  /** In lower case. */
  provider: string;
  pool: Named | null;
  source: Named | null;
  consumer: string | null;
};

/**
 * Whether use by that key belongs to what the scope names. A scope's `tag` is not looked at: tags are known per event
 * only, so such a rule is evaluated whenever the rest matches.
 */
export function matchesScope(scope: Scope, touched: Touched): boolean {
  return (
    (scope.key === undefined || scope.key === String(touched.keyId)) &&
    (scope.provider === undefined || scope.provider === touched.provider) &&
    (scope.consumer === undefined || scope.consumer === touched.consumer) &&
    isNamed(scope.pool, touched.pool) &&
    isNamed(scope.source, touched.source)
  );
}

/**
 * The instance of the rule that a touched key belongs to: `key:123`, `pool:<id>`, `provider:openai`,
 * `consumer:team-a` or `all`. Null when the scope does not match, or the key has no such pool or consumer.
 */
export function instanceKey(rule: Pick<Rule, "scope">, touched: Touched): string | null {
  if (!matchesScope(rule.scope, touched)) return null;
  switch (rule.scope.each) {
    case "all":
      return "all";
    case "key":
      return `key:${touched.keyId}`;
    case "provider":
      return `provider:${touched.provider}`;
    case "pool":
      return touched.pool === null ? null : `pool:${touched.pool.id}`;
    case "consumer":
      return touched.consumer === null ? null : `consumer:${touched.consumer}`;
  }
}

/** Takes an instance's key apart: `provider:openai` is `{ each: "provider", id: "openai" }`. Throws RangeError on others. */
export function parseInstanceKey(text: string): { each: ScopeEach; id: string | null } {
  if (text === "all") return { each: "all", id: null };
  const match = /^(key|pool|provider|consumer):(.+)$/s.exec(text);
  if (match === null)
    throw new RangeError(`must be an instance's key such as "key:123" or "all", got "${text}"`);
  return { each: match[1] as ScopeEach, id: match[2] ?? null };
}

function isNamed(wanted: string | undefined, found: Named | null): boolean {
  return wanted === undefined || (found !== null && (wanted === found.id || wanted === found.name));
}
